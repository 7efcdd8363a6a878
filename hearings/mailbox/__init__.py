"""What comes in by mail and text message: calendar answers, bounces, codes."""

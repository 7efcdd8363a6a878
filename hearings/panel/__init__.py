"""The panel of a hearing: the draw that anyone can check, seats, reserve, designation."""

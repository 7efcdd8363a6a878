"""Numbers given and visitors served while the centre was out of reach."""

PRAGMA auto_vacuum = INCREMENTAL;
CREATE TABLE looks (
    look_id INTEGER PRIMARY KEY AUTOINCREMENT,
    camera_id TEXT NOT NULL,
    view_id TEXT NOT NULL,
    captured_at_ms INTEGER NOT NULL,
    captured_uncertainty_ms REAL NOT NULL,
    model TEXT NOT NULL,
    picture_width_px INTEGER NOT NULL,
    picture_height_px INTEGER NOT NULL,
    detections BLOB NOT NULL
  ) STRICT;
INSERT INTO looks VALUES (1, 'east', 'kerb', 1777622402000, 12.0, 'street-nano@1', 1920, 1080, X'000000000000000000000000000000000000000000');
INSERT INTO looks VALUES (2, 'east', 'kerb', 1777622404000, 12.0, 'street-nano@1', 1920, 1080, X'000000000000000000000000000000000000000000');
PRAGMA user_version = 1;

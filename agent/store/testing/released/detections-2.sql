PRAGMA auto_vacuum = INCREMENTAL;
CREATE TABLE sources (
    source_id INTEGER PRIMARY KEY,
    camera_id TEXT NOT NULL,
    view_id TEXT NOT NULL,
    model TEXT NOT NULL,
    picture_width_px INTEGER NOT NULL,
    picture_height_px INTEGER NOT NULL,
    crop_x_min REAL NOT NULL,
    crop_y_min REAL NOT NULL,
    crop_x_max REAL NOT NULL,
    crop_y_max REAL NOT NULL,
    UNIQUE (camera_id, view_id, model, picture_width_px, picture_height_px,
      crop_x_min, crop_y_min, crop_x_max, crop_y_max)
  ) STRICT;
INSERT INTO sources VALUES (1, 'east', 'kerb', 'street-nano@1', 1920, 1080, 0.0, 0.0, 1.0, 1.0);
CREATE TABLE looks (
    look_id INTEGER PRIMARY KEY AUTOINCREMENT,
    source_id INTEGER NOT NULL,
    captured_at_ms INTEGER NOT NULL,
    captured_uncertainty_ms REAL NOT NULL,
    detections BLOB NOT NULL,
    appearances BLOB
  ) STRICT;
INSERT INTO looks VALUES (1, 1, 1777622402000, 12.0, X'000000000000000000000000000000000000000000', NULL);
INSERT INTO looks VALUES (2, 1, 1777622404000, 12.0, X'000000000000000000000000000000000000000000', NULL);
CREATE TABLE starts (
    look_id INTEGER PRIMARY KEY,
    started_at_ms INTEGER NOT NULL
  ) STRICT;
PRAGMA user_version = 2;

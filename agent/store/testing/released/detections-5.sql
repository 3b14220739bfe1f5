PRAGMA auto_vacuum = INCREMENTAL;
CREATE TABLE starts (
    look_id INTEGER PRIMARY KEY,
    started_at_ms INTEGER NOT NULL
  ) STRICT;
CREATE TABLE look_pages (
      first_look_id INTEGER PRIMARY KEY AUTOINCREMENT,
      look_count INTEGER NOT NULL,
      from_ms INTEGER NOT NULL,
      to_ms INTEGER NOT NULL,
      looks BLOB NOT NULL
    ) STRICT;
INSERT INTO look_pages VALUES (1, 2, 1777622402000, 1777622404000, X'0000000000000000000028400100000015000000D007000000000000000028400100000015000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000');
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
    is_reused INTEGER NOT NULL DEFAULT 0,
    is_clock_wrong INTEGER NOT NULL DEFAULT 0,
    UNIQUE (camera_id, view_id, model, picture_width_px, picture_height_px,
      crop_x_min, crop_y_min, crop_x_max, crop_y_max, is_reused, is_clock_wrong)
  ) STRICT;
INSERT INTO sources VALUES (1, 'east', 'kerb', 'street-nano@1', 1920, 1080, 0.0, 0.0, 1.0, 1.0, 0, 0);
PRAGMA user_version = 5;

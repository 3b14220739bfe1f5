"""A variant that loses more than a point somewhere is seen, and one that loses nothing is not."""

import json

import pytest

from street.compare import main


def write(folder, name, labels):
    folder.mkdir(exist_ok=True)
    rows = {label: {"ap50": ap50, "truths": truths} for label, (ap50, truths) in labels.items()}
    (folder / f"{name}.json").write_text(json.dumps({"result": {"labels": rows}}))


@pytest.mark.parametrize(
    ("after", "lost"),
    [
        ({"bin": (0.799, 90)}, None),
        ({"bin": (0.795, 90)}, None),
        ({"bin": (0.9, 90), "stall": (0.1, 3)}, None),  # Three boxes say nothing.
        ({"bin": (0.785, 90), "stall": (0.5, 3)}, "bin"),
    ],
)
def test_what_is_lost(tmp_path, after, lost):
    write(tmp_path / "before", "fold-bins", {"bin": (0.8, 90), "stall": (0.5, 3)})
    write(tmp_path / "after", "fold-bins", after)
    arguments = [str(tmp_path / "before"), str(tmp_path / "after")]
    if lost is None:
        main(arguments)
    else:
        with pytest.raises(SystemExit, match=f"lost: {lost}$"):
            main(arguments)


def test_nothing_measured_is_not_nothing_lost(tmp_path):
    write(tmp_path / "before", "fold-bins", {"bin": (0.8, 90)})
    (tmp_path / "after").mkdir()
    with pytest.raises(SystemExit, match="nothing in"):
        main([str(tmp_path / "before"), str(tmp_path / "after")])


@pytest.mark.parametrize(("ap50", "loses"), [(0.785, {"bin": 0.015}), (0.8, None)])
def test_what_is_lost_is_noted_in_the_manifest(tmp_path, ap50, loses):
    write(tmp_path / "before", "fold-bins", {"bin": (0.8, 90)})
    write(tmp_path / "after", "fold-bins", {"bin": (ap50, 90)})
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps({"variants": [{"name": "int8", "loses": {"car": 0.2}}]}))
    main([str(tmp_path / "before"), str(tmp_path / "after"), "--note", str(manifest)])
    assert json.loads(manifest.read_text())["variants"][0].get("loses") == loses

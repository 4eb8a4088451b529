"""The Lambda layer with what the engine imports."""

from aws_cdk import AssetHashType
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.layer import LAMBDA_PYTHON, build_layer, layer_for

RUNTIME = lambda_.Runtime("python" + LAMBDA_PYTHON, lambda_.RuntimeFamily.PYTHON)
ARCHITECTURE = lambda_.Architecture.ARM_64


class EngineLayer(lambda_.LayerVersion):
    """The layer, built at synth unless it is there already.

    Parameters
    ----------
    scope, id : Construct, str
        Where it belongs.
    target : str
        What it is built for, see `infra.layer.layer_for`.
    """

    def __init__(self, scope: Construct, id: str, *, target: str) -> None:  # noqa: A002
        layer = layer_for(target)
        super().__init__(
            scope,
            id,
            description="scikit-learn, NumPy and pandas",
            # The key stands for the content, whatever the machine that compiled and compressed it.
            code=lambda_.Code.from_asset(
                str(build_layer(layer)), asset_hash=layer.key, asset_hash_type=AssetHashType.CUSTOM
            ),
            compatible_runtimes=[RUNTIME],
            compatible_architectures=[ARCHITECTURE],
        )

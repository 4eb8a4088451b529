"""The CDK app: read the settings, make the one stack."""

import infra  # noqa: F401, I001  First: it sees to where the others are found.
import aws_cdk as cdk

from infra.settings import DeploymentSettings
from infra.stack import CustomerIntelligenceStack

app = cdk.App()
CustomerIntelligenceStack(app, "CustomerIntelligenceSuite", settings=DeploymentSettings.from_context(app.node))
app.synth()

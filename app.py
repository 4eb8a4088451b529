"""The CDK app: read the settings, make the one stack."""

import aws_cdk as cdk

from infra.settings import Settings
from infra.stack import CustomerIntelligenceStack

app = cdk.App()
CustomerIntelligenceStack(app, "CustomerIntelligenceSuite", settings=Settings.from_context(app.node))
app.synth()

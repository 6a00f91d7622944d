"""EcoCash Copilot: the support assistant inside the EcoCash app."""

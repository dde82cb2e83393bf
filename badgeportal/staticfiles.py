"""Static files under names that change with their content, JavaScript modules included."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedModulesStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage, which also rewrites `import ... from './other.js';` to the hashed name."""

    support_js_module_import_aggregation = True

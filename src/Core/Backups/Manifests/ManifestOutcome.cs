using RecoveryOS.Core.Backups.Physical;

namespace RecoveryOS.Core.Backups.Manifests;

/// <summary>Whether a physical backup's data could be counted and hashed.</summary>
internal abstract record ManifestOutcome
{
    private ManifestOutcome()
    {
    }

    /// <param name="Held">How long writers were held, over all tries.</param>
    public sealed record Taken(DataManifest Manifest, RestorePoint Point, TimeSpan Held) : ManifestOutcome;

    /// <param name="Reason">In words.</param>
    public sealed record Failed(string Reason) : ManifestOutcome;
}

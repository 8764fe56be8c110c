using RecoveryOS.Core.Backups.Catalogues;

namespace RecoveryOS.Core.Backups.Retention;

/// <summary>Why each backup stays, as the rules find reasons one after the other.</summary>
internal sealed class KeepingReasons
{
    private readonly Dictionary<long, List<string>> reasons = [];

    public void Add(CatalogueEntry entry, string reason)
    {
        if (!reasons.TryGetValue(entry.Sequence, out var known))
            reasons[entry.Sequence] = known = [];
        known.Add(reason);
    }

    public IReadOnlyList<string> Of(CatalogueEntry entry) => reasons.GetValueOrDefault(entry.Sequence) ?? [];
}

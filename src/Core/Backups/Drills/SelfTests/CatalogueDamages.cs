using Microsoft.Extensions.DependencyInjection;
using RecoveryOS.Core.Backups.Manifests;
using RecoveryOS.Core.Backups.Stores;

namespace RecoveryOS.Core.Backups.Drills.SelfTests;

/// <summary>What goes wrong with what is known of backups: the catalogue, the keys, the ledger of heartbeats.</summary>
internal static class CatalogueDamages
{
    private const string Name = SelfTestServices.Server;

    public static IReadOnlyList<Damage> All { get; } =
    [
        new("key_missing", "keys", Look.Newest, (copy, stop) => copy.ResignAsync(
            entry => entry.Physical is { DataManifest: { } manifest } physical
                ? entry with { Physical = physical with { DataManifest = manifest with { KeyId = "lost" } } }
                : entry,
            stop)),
        new(
            "catalogue_changed", "catalogue", Look.Newest,
            (copy, stop) =>
                copy.ChangeFileAsync(copy.Files(StoreLayout.Catalogue(Name))[0], DamagedBytes.FlipMiddle, stop)),
        new(
            "catalogue_entry_removed", "catalogue", Look.Newest,
            (copy, _) => { copy.DeleteFile(copy.Files(StoreLayout.Catalogue(Name))[0]); return Task.CompletedTask; }),
        new("heartbeats_ahead", "heartbeats", Look.Newest, AddHeartbeatsAsync),
    ];

    /// <summary>The ledger knows commits, before the end of the WAL, that the data does not hold.</summary>
    private static async Task AddHeartbeatsAsync(DamagedCopy copy, CancellationToken cancellationToken)
    {
        var ledger = copy.Services.GetRequiredService<HeartbeatLedger>();
        var all = await ledger.ReadAsync(Name, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, cancellationToken);
        var last = all[^1];
        // The ledger is a file that grows in place, and the copy shares it.
        foreach (var name in copy.Files(StoreLayout.Heartbeats(Name)))
            await copy.ChangeFileAsync(name, static content => content, cancellationToken);
        await ledger.AppendAsync(
            Name, [.. Enumerable.Range(1, 5).Select(
                step => last with { Id = last.Id + step, At = last.At.AddMicroseconds(step) })], cancellationToken);
    }
}

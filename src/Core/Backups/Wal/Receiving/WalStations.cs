using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.Backups.Stores;

namespace RecoveryOS.Core.Backups.Wal.Receiving;

/// <summary>Makes what receives and ships a server's WAL.</summary>
public sealed class WalStations(
    IOptions<BackupOptions> options, BackupTargets targets, BackupVault vault, BackupCatalogue catalogue,
    WalReceivers receivers, TimeProvider time, ILoggerFactory loggers)
{
    /// <summary>The servers whose WAL is received.</summary>
    public IReadOnlyList<TargetServer> Servers { get; } = [.. targets.All.Where(server => server.Target.ReceivesWal)];

    public WalSpool Spool(string server) => new(options.Value.Folder, server);

    public WalShipper Shipper(WalSpool spool) => new(spool, vault, catalogue, time);

    public WalStation Station(TargetServer server)
    {
        var (spool, bell) = (Spool(server.Name), new StationBell());
        var receiver = new WalReceiver(server, spool, time, loggers.CreateLogger<WalReceiver>()) { Ended = bell.Ring };

        return new WalStation(
            server.Name, spool, receiver, Shipper(spool), bell, receivers, time, loggers.CreateLogger<WalStation>());
    }
}

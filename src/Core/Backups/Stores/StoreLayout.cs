namespace RecoveryOS.Core.Backups.Stores;

/// <summary>What lies where in a store; everything of a server is below its name.</summary>
public static class StoreLayout
{
    /// <summary><c>SERVER/catalogue/000000000001.json</c>.</summary>
    public static string CatalogueEntry(string server, long sequence) => $"{Catalogue(server)}{sequence:D12}.json";

    public static string Catalogue(string server) => $"{server}/catalogue/";

    /// <summary><c>SERVER/backups/ID/base.tar.zst</c> and its like.</summary>
    public static string BackupFile(string server, Guid backup, string file) => $"{Backup(server, backup)}{file}";

    public static string Backup(string server, Guid backup) => $"{Backups(server)}{backup}/";

    public static string Backups(string server) => $"{server}/backups/";

    /// <summary>
    /// <c>SERVER/wal/TIMELINE/SEGMENT.gz</c> for whole segments; <c>….gz.partial-OFFSET</c> for what of an open one was
    /// flushed up to a byte, of which the furthest counts; <c>SERVER/wal/TIMELINE.history</c>.
    /// </summary>
    public static string Wal(string server) => $"{server}/wal/";

    public static string WalOf(string server, uint timeline) => $"{Wal(server)}{timeline:X8}/";

    /// <summary><c>SERVER/heartbeats/2026-01-31.jsonl</c>: a line for each.</summary>
    public static string Heartbeats(string server) => $"{server}/heartbeats/";

    /// <summary><c>SERVER/tests/ID/evidence.json</c> and <c>report.html</c>.</summary>
    public static string Test(string server, Guid test) => $"{Tests(server)}{test}/";

    public static string Tests(string server) => $"{server}/tests/";
}

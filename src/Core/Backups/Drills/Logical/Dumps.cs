using RecoveryOS.Core.Backups.Logical;
using RecoveryOS.Core.Backups.Stores;

namespace RecoveryOS.Core.Backups.Drills.Logical;

/// <summary>The files of a dump, fetched out of the store into a folder.</summary>
internal sealed class Dumps(BackupVault vault, LogicalBackup backup, string folder)
{
    public string Globals => Path.Combine(folder, "globals.sql");

    public string Of(DatabaseDump dump) =>
        Path.Combine(folder, FormattableString.Invariant($"{backup.Databases.ToList().IndexOf(dump)}.dump"));

    /// <summary>Reads each to its end, which proves its length and hash.</summary>
    public async Task<long> FetchAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var bytes = await FetchAsync(backup.Globals, Globals, cancellationToken);
        foreach (var dump in backup.Databases)
            bytes += await FetchAsync(dump.Dump, Of(dump), cancellationToken);
        return bytes;
    }

    private async Task<long> FetchAsync(VaultObject expected, string path, CancellationToken cancellationToken)
    {
        await using var content = await vault.OpenAsync(expected, cancellationToken);
        await using var file = File.Create(path);
        await content.CopyToAsync(file, cancellationToken);
        return file.Length;
    }
}

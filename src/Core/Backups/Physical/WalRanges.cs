using System.Text;
using System.Text.Json;
using RecoveryOS.Core.Backups.Wal;

namespace RecoveryOS.Core.Backups.Physical;

/// <summary>What WAL a base backup needs, by its <c>backup_manifest</c>.</summary>
internal sealed record WalRanges(uint Timeline, Lsn Start, Lsn Stop)
{
    private const int TailLength = 64 * 1024;

    /// <summary>The ranges stand after the files, of which there may be millions: only the end is read.</summary>
    /// <exception cref="BackupException"><c>manifest_unreadable</c>.</exception>
    public static async Task<WalRanges> ReadAsync(string manifestFile, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(manifestFile);
        file.Seek(-Math.Min(file.Length, TailLength), SeekOrigin.End);
        using var reader = new StreamReader(file, Encoding.UTF8);
        return Parse(await reader.ReadToEndAsync(cancellationToken));
    }

    internal static WalRanges Parse(string tail)
    {
        const string Name = "\"WAL-Ranges\":";
        var start = tail.LastIndexOf(Name, StringComparison.Ordinal);
        var end = start < 0 ? -1 : tail.IndexOf(']', start);
        if (end < 0)
            throw new BackupException("manifest_unreadable", "pg_basebackup's backup_manifest does not name its WAL.");

        using var document = JsonDocument.Parse(tail.AsMemory(start + Name.Length, end + 1 - start - Name.Length));
        var ranges = document.RootElement.EnumerateArray()
            .Select(range => new WalRanges(
                range.GetProperty(nameof(Timeline)).GetUInt32(),
                Lsn.Parse(range.GetProperty("Start-LSN").GetString() ?? ""),
                Lsn.Parse(range.GetProperty("End-LSN").GetString() ?? "")))
            .OrderBy(range => range.Start)
            .ToList();
        // A standby may have followed its primary to another timeline meanwhile.
        return ranges[0] with { Stop = ranges.Max(range => range.Stop) };
    }
}

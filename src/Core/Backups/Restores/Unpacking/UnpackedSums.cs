using System.Text.Json;
using System.Text.Json.Serialization;

namespace RecoveryOS.Core.Backups.Restores.Unpacking;

/// <summary>
/// What each file of a base must be, by PostgreSQL's <c>backup_manifest</c>: files are crossed off as they come, and
/// in the end none may be left. The judgement is pg_verifybackup's, without a second reading of the files.
/// </summary>
internal sealed class UnpackedSums
{
    private readonly Dictionary<string, Sum> expected = [];

    private UnpackedSums()
    {
    }

    /// <summary>What comes before the names of the tar file that is unpacked now: <c>pg_tblspc/16384/</c>.</summary>
    public string Prefix { get; set; } = "";

    /// <summary>PostgreSQL writes each file on a line of its own, so that millions of them need no tree.</summary>
    /// <exception cref="BackupException"><c>manifest_unreadable</c>.</exception>
    public static async Task<UnpackedSums> ReadAsync(Stream manifest, CancellationToken cancellationToken)
    {
        var sums = new UnpackedSums();
        using var reader = new StreamReader(manifest, leaveOpen: true);
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (!line.StartsWith("{ \"Path\"", StringComparison.Ordinal)
                && !line.StartsWith("{ \"Encoded-Path\"", StringComparison.Ordinal))
            {
                continue;
            }

            try
            {
                sums.Expect(JsonSerializer.Deserialize<Line>(line.AsSpan().TrimEnd(',')));
            }
            catch (Exception exception) when (exception is JsonException or FormatException)
            {
                throw new BackupException(
                    "manifest_unreadable",
                    $"pg_basebackup's backup_manifest has a line of another form: {line}",
                    exception);
            }
        }

        return sums.expected.Count > 0
            ? sums
            : throw new BackupException("manifest_unreadable", "pg_basebackup's backup_manifest names no files.");
    }

    /// <exception cref="BackupException"><c>backup_damaged</c>: it is not what was sent.</exception>
    public void Check(string name, long size, ReadOnlySpan<byte> sha256)
    {
        var path = Prefix + name;
        // The manifest has no WAL: replay reads it, up to a target that must be reached.
        if (path.StartsWith("pg_wal/", StringComparison.Ordinal))
            return;
        if (!expected.Remove(path, out var sum))
            throw Damaged($"\"{path}\" is not in the manifest");
        if (sum.Size != size)
            throw Damaged($"\"{path}\" has {size} bytes instead of {sum.Size}");
        if (!sha256.SequenceEqual(sum.Sha256))
            throw Damaged($"\"{path}\" has another SHA-256 than the manifest says");
    }

    /// <exception cref="BackupException"><c>backup_damaged</c>: a file of the manifest did not come.</exception>
    public void Finish()
    {
        if (expected.Count > 0)
            throw Damaged($"\"{expected.Keys.Min(StringComparer.Ordinal)}\" is in the manifest and did not come");
    }

    private static BackupException Damaged(string what) =>
        new("backup_damaged", $"The base is not what pg_basebackup sent: {what}.");

    private void Expect(Line? line)
    {
        if (line is not { Algorithm: "SHA256" })
            throw new FormatException("Another checksum than SHA256.");
        // A name that is no text is left out, and told: see TarLine.
        if (line.Path is { } path)
            expected.Add(path, new Sum(line.Size, Convert.FromHexString(line.Checksum)));
    }

    private sealed record Line(
        [property: JsonPropertyName("Path")] string? Path,
        [property: JsonPropertyName("Size")] long Size,
        [property: JsonPropertyName("Checksum-Algorithm")] string Algorithm,
        [property: JsonPropertyName("Checksum")] string Checksum);

    private readonly record struct Sum(long Size, byte[] Sha256);
}

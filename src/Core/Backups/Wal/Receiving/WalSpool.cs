using System.Globalization;
using System.Text.Json;

namespace RecoveryOS.Core.Backups.Wal.Receiving;

/// <summary>
/// Where a server's WAL is received, on this machine: <c>pg_receivewal</c>'s folder, and beside it what was set aside
/// when the stream broke, the cluster's identity, and a chain start that the catalogue does not know yet.
/// </summary>
public sealed class WalSpool(string backupsFolder, string server)
{
    private const string Unfinished = ".partial";

    public string Server => server;

    /// <summary>What <c>pg_receivewal</c> writes to, and finds its start in.</summary>
    public string Folder { get; } = Path.GetFullPath(Path.Combine(backupsFolder, "wal", server));

    private string AsideFolder => $"{Folder}.aside";

    private string IdentityFile => $"{Folder}.cluster.json";

    private string ChainFile => $"{Folder}.chain.json";

    /// <summary>
    /// Null while another process receives or ships here; the kernel lets go of it however that one ends.
    /// </summary>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public FileStream? TryLock()
    {
        Directory.CreateDirectory(Folder);
        try
        {
            return new FileStream($"{Folder}.lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Whether the next start of the stream is to be taken from the slot: no file says where it was.</summary>
    public bool IsEmpty(int segmentSize) => Received(Folder, segmentSize) is { Whole.Count: 0, Parts.Count: 0 };

    /// <summary>
    /// The files of one folder; of what <c>pg_receivewal</c> does to it meanwhile, some or none is seen.
    /// </summary>
    internal static ReceivedFiles Received(string folder, int segmentSize)
    {
        List<ReceivedFile> whole = [], parts = [];
        List<string> histories = [];
        foreach (var path in Directory.EnumerateFiles(folder))
        {
            var name = Path.GetFileName(path);
            if (TimelineHistory.TryParseFileName(name, out _))
                histories.Add(path);
            else if (WalSegment.TryParse(name, segmentSize, out var segment))
                whole.Add(new ReceivedFile(segment, path));
            else if (name.EndsWith(Unfinished, StringComparison.Ordinal)
                && WalSegment.TryParse(name[..^Unfinished.Length], segmentSize, out segment))
                parts.Add(new ReceivedFile(segment, path));
        }

        histories.Sort(StringComparer.Ordinal);
        return new ReceivedFiles([.. whole.OrderBy(Order)], [.. parts.OrderBy(Order)], histories);
    }

    /// <summary>In the order in which <c>pg_receivewal</c> looks for the newest.</summary>
    private static (ulong Number, uint Timeline) Order(ReceivedFile file) =>
        (file.Segment.Number, file.Segment.Timeline);

    /// <summary>Moves all that was received out of the way: it is still shipped, and the stream begins anew.</summary>
    internal void SetAside()
    {
        Directory.CreateDirectory(AsideFolder);
        var number = AsideFolders().Select(Path.GetFileName)
            .Select(name => int.Parse(name ?? "", NumberStyles.None, CultureInfo.InvariantCulture))
            .DefaultIfEmpty().Max() + 1;
        Directory.Move(Folder, Path.Combine(AsideFolder, number.ToString("D6", CultureInfo.InvariantCulture)));
        Directory.CreateDirectory(Folder);
    }

    /// <summary>Oldest first.</summary>
    internal IReadOnlyList<string> AsideFolders() => !Directory.Exists(AsideFolder)
        ? []
        : [.. Directory.EnumerateDirectories(AsideFolder).Order(StringComparer.Ordinal)];

    /// <summary>The cluster that was received here before; null: none was.</summary>
    internal ClusterIdentity? Identity() => Read(IdentityFile) is { } text
        ? JsonSerializer.Deserialize(text, SpoolJson.Default.ClusterIdentity)
        : null;

    internal void Keep(ClusterIdentity identity) =>
        Write(IdentityFile, JsonSerializer.Serialize(identity, SpoolJson.Default.ClusterIdentity));

    /// <summary>A chain start that is not in the catalogue yet.</summary>
    internal PendingChain? Chain() => Read(ChainFile) is { } text
        ? JsonSerializer.Deserialize(text, SpoolJson.Default.PendingChain)
        : null;

    internal void Keep(PendingChain chain) =>
        Write(ChainFile, JsonSerializer.Serialize(chain, SpoolJson.Default.PendingChain));

    internal void ForgetChain() => File.Delete(ChainFile);

    private static string? Read(string file) => File.Exists(file) ? File.ReadAllText(file) : null;

    private static void Write(string path, string text)
    {
        var unnamed = $"{path}.new";
        using (var file = new FileStream(unnamed, FileMode.Create, FileAccess.Write))
        using (var writer = new StreamWriter(file))
        {
            writer.Write(text);
            writer.Flush();
            file.Flush(flushToDisk: true);
        }

        File.Move(unnamed, path, overwrite: true);
    }
}

/// <summary>A received file; a part is as long as the segment, with zeros after what came.</summary>
internal sealed record ReceivedFile(WalSegment Segment, string Path)
{
    /// <summary>While it may still be written, renamed or deleted.</summary>
    public FileStream Open() =>
        new(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
}

/// <summary>What a folder holds, each in order.</summary>
/// <param name="Histories">Paths.</param>
internal sealed record ReceivedFiles(
    IReadOnlyList<ReceivedFile> Whole, IReadOnlyList<ReceivedFile> Parts, IReadOnlyList<string> Histories);

/// <summary>Which cluster the files are of.</summary>
/// <param name="SystemIdentifier">In decimal.</param>
internal sealed record ClusterIdentity(string SystemIdentifier, int SegmentSize);

/// <summary>From here on WAL is received anew.</summary>
/// <param name="UnlessJoined">
/// Only a new chain when the store does not reach to here: the folder alone was lost.
/// </param>
internal sealed record PendingChain(uint Timeline, Lsn Lsn, string Reason, bool UnlessJoined);

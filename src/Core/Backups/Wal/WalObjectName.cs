using System.Globalization;
using RecoveryOS.Core.Backups.Stores;

namespace RecoveryOS.Core.Backups.Wal;

/// <summary>What WAL files are called in a store (see <see cref="StoreLayout.Wal"/>).</summary>
public static class WalObjectName
{
    private const string Whole = ".gz";
    private const string Part = ".gz.partial-";

    /// <summary>A whole segment's; the parts' names begin with it too.</summary>
    public static string Of(string server, WalSegment segment) =>
        $"{StoreLayout.WalOf(server, segment.Timeline)}{segment.Name}{Whole}";

    /// <summary>That of a segment's first <paramref name="flushed"/> bytes.</summary>
    public static string Of(string server, WalSegment segment, int flushed) => string.Create(
        CultureInfo.InvariantCulture,
        $"{StoreLayout.WalOf(server, segment.Timeline)}{segment.Name}{Part}{flushed:D10}");

    public static string OfHistory(string server, uint timeline) =>
        $"{StoreLayout.Wal(server)}{TimelineHistory.FileNameOf(timeline)}";

    /// <summary>
    /// False for what is no segment; <paramref name="flushed"/> is the segment's size when it is whole.
    /// </summary>
    public static bool TryParse(string name, int segmentSize, out WalSegment segment, out int flushed)
    {
        var file = name[(name.LastIndexOf('/') + 1)..];
        var dot = file.IndexOf('.', StringComparison.Ordinal);
        flushed = segmentSize;
        if (!WalSegment.TryParse(dot < 0 ? file : file[..dot], segmentSize, out segment))
            return false;

        var suffix = file[dot..];
        return suffix is Whole
            || (suffix.StartsWith(Part, StringComparison.Ordinal)
                && int.TryParse(
                    suffix.AsSpan(Part.Length), NumberStyles.None, CultureInfo.InvariantCulture, out flushed)
                && flushed > 0 && flushed < segmentSize);
    }
}

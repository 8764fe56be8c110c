using System.Text.Json;

namespace RecoveryOS.Core.Backups.Wal.Reading;

/// <summary>Where a reader stands between two segments: with it, the next run starts at the next segment.</summary>
public sealed record WalReaderState
{
    /// <summary>The end of the last segment that was read whole, and the start of the next one.</summary>
    public required Lsn Position { get; init; }

    /// <summary>Of the last segment's file.</summary>
    public required uint Timeline { get; init; }

    /// <summary>Of the last page.</summary>
    public required uint PageTimeline { get; init; }

    public required ulong SystemIdentifier { get; init; }

    public required int MajorVersion { get; init; }

    public required int SegmentSize { get; init; }

    public required int BlockSize { get; init; }

    /// <summary>The start of the last whole record; null while none was read.</summary>
    public Lsn? LastRecord { get; init; }

    /// <summary>The first position after the last whole record.</summary>
    public Lsn? End { get; init; }

    public WalCommit? LastCommit { get; init; }

    public OpenRecord? Open { get; init; }

    /// <summary>Bytes still to come of a record that began before the first segment that was read.</summary>
    public uint Unread { get; init; }

    /// <exception cref="JsonException">The text is not a reader's state.</exception>
    public static WalReaderState Parse(string json) =>
        JsonSerializer.Deserialize(json, WalJson.Default.WalReaderState)
        ?? throw new JsonException("A reader's state can't be null.");

    public string ToJson() => JsonSerializer.Serialize(this, WalJson.Default.WalReaderState);
}

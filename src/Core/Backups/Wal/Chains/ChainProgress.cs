using System.Text.Json;
using RecoveryOS.Core.Backups.Wal.Reading;

namespace RecoveryOS.Core.Backups.Wal.Chains;

/// <summary>What has been verified without damage: the next run goes on behind it.</summary>
/// <param name="Marks">
/// The reader after each of the last segments, oldest first. There are several, since a promotion can take another way
/// before the newest.
/// </param>
public sealed record ChainProgress(IReadOnlyList<WalReaderState> Marks)
{
    public const int MostMarks = 16;

    public static ChainProgress None { get; } = new([]);

    /// <exception cref="JsonException">The text is not such progress.</exception>
    public static ChainProgress Parse(string json) =>
        JsonSerializer.Deserialize(json, WalJson.Default.ChainProgress)
        ?? throw new JsonException("A chain's progress can't be null.");

    public string ToJson() => JsonSerializer.Serialize(this, WalJson.Default.ChainProgress);

    internal WalReaderState? Last => Marks is [.., var last] ? last : null;

    internal ChainProgress With(WalReaderState mark) => new([.. Marks.TakeLast(MostMarks - 1), mark]);
}

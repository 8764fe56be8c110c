using System.Globalization;
using RecoveryOS.Core.Backups.Wal;
using RecoveryOS.Core.Backups.Wal.Receiving;

namespace RecoveryOS.Cli.Wal;

/// <summary>How a server's receiver does, for people and for machines.</summary>
/// <param name="SilentSeconds">How long it has said nothing.</param>
/// <param name="UnshippedBytes">What the server has written and the store does not have; null: not known.</param>
internal sealed record WalStatus(
    string Server, string State, string? Failure, string? Detail, DateTimeOffset? Since, double? SilentSeconds,
    string? WrittenLsn, string? ReceivedLsn, string? ShippedLsn, DateTimeOffset? ShippedAt, ulong? UnshippedBytes)
{
    /// <param name="row">Null: the receiver never said anything.</param>
    public static WalStatus Of(string server, WalReceiverRow? row) => row is null
        ? new(
            server, WalReceivers.Word(ReceiverState.Down), "silent",
            "No receiver ever ran: start one with recoveryos wal receive.",
            null, null, null, null, null, null, null)
        : new(
            server, WalReceivers.Word(row.State), row.Failure, row.Detail, row.StateAt, row.Silence.TotalSeconds,
            row.Written?.ToString(), row.Received?.ToString(), row.Shipped?.ToString(), row.ShippedAt,
            Behind(row.Written, row.Shipped));

    public string Line(int width) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Server.PadRight(width)}  {State,-9}  written {WrittenLsn ?? "?",-12}  received {ReceivedLsn ?? "?",-12}  "
        + $"shipped {ShippedLsn ?? "?",-12}  {Detail}").TrimEnd();

    /// <summary>Zeros at the end of an open segment are not shipped, so a few bytes are as good as none.</summary>
    private static ulong? Behind(Lsn? written, Lsn? shipped) =>
        written is { } end && shipped is { } stored ? (end > stored ? end - stored : 0) : null;
}

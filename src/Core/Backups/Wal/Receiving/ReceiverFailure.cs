using Npgsql;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Core.Backups.Wal.Receiving;

/// <summary>What a receiver says of why its stream ended.</summary>
internal static class ReceiverFailure
{
    private static readonly string[] Lost =
    [
        "has already been removed",
        "is not in this server's history",
        "can no longer get changes from replication slot",
    ];

    /// <summary>Null for a bug.</summary>
    public static ReceiverReport? Of(string server, Exception exception) => exception switch
    {
        PostgresException refused => new(
            ReceiverState.Down, $"postgres_{refused.SqlState}", $"{server} refused: {refused.MessageText}"),
        NpgsqlException or TimeoutException => new(
            ReceiverState.Down, "server_unreachable", $"{server} does not answer: {exception.Message}"),
        BackupException known => new(ReceiverState.Down, known.Code, known.Message),
        PostgresServerException => new(ReceiverState.Down, "tool_missing", exception.Message),
        IOException or UnauthorizedAccessException => new(
            ReceiverState.Down, IsFull(exception) ? "disk_full" : "folder_unusable", exception.Message),
        _ => null,
    };

    /// <param name="reason">The last words of <c>pg_receivewal</c>.</param>
    public static ReceiverReport Of(string server, string reason) => new(
        ReceiverState.Down,
        reason.Contains("No space left", StringComparison.Ordinal) ? "disk_full"
            : reason.Contains("is active for PID", StringComparison.Ordinal) ? "slot_in_use"
            : "receiver_ended",
        $"The stream from {server} ended: {Sentence(reason)}");

    /// <summary>The server threw away what the stream would go on with.</summary>
    public static bool IsLoss(string reason) => Lost.Any(words => reason.Contains(words, StringComparison.Ordinal));

    public static string Sentence(string line) =>
        line[(line.IndexOf("error: ", StringComparison.Ordinal) is var at and >= 0 ? at + 7 : 0)..].Trim();

    /// <summary>ENOSPC, as .NET hands it on.</summary>
    private static bool IsFull(Exception exception) => exception.HResult is 28 or unchecked((int)0x80070070);
}

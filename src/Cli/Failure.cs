using System.ComponentModel;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Npgsql;
using RecoveryOS.Core.Backups;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Cli;

/// <summary>How an expected failure ends a command: one line on stderr, and its exit code.</summary>
internal sealed record Failure(string Message, int ExitCode)
{
    private const int Interrupted = 130;

    /// <summary>Null for a bug, which keeps its stack trace.</summary>
    public static Failure? Describe(Exception exception) => exception switch
    {
        OperationCanceledException => new Failure("", Interrupted),
        OptionsValidationException wrong => new Failure(OneLine(string.Join("; ", wrong.Failures)), 1),
        PostgresException refused => new Failure($"The database refused: {refused.MessageText}", 1),
        NpgsqlException { InnerException: SocketException or TimeoutException or IOException } =>
            new Failure("The database does not answer: is it running? (for a local run: ./recoveryos run)", 1),
        CliException or PostgresServerException or ChangedMigrationException or NpgsqlException
            or BackupException or BackupStoreException or CatalogueException
            or IOException or UnauthorizedAccessException or Win32Exception =>
            new Failure(OneLine(exception.Message), 1),
        _ => null,
    };

    public static string OneLine(string message) =>
        string.Join(' ', message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}

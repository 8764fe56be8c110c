using System.Net.Sockets;
using Npgsql;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Core.Backups;

/// <summary>
/// What went wrong, as a code and a sentence that says what to do; one place for backups of every kind.
/// </summary>
internal static class BackupFailure
{
    private const int NoSpaceLeft = 28;

    /// <summary>What programs say on standard error, in the order in which it is looked for.</summary>
    private static readonly (string Said, string Code, string Advice)[] Sayings =
    [
        ("checksum error occurred", "checksum_failure",
            "The server has damaged pages: look for 'checksum verification failed' in its log "
            + "and restore those tables from the backup before"),
        ("No space left on device", "disk_full",
            "No space is left where backups are staged, or on the server: free some"),
        ("password authentication failed", "credentials_refused",
            "The server refuses the password: correct the target's URL"),
        ("no pg_hba.conf entry", "credentials_refused",
            "The server's pg_hba.conf does not let this user in: add a line for it, "
            + "and one for the database 'replication'"),
        ("no password supplied", "credentials_refused", "The server asks for a password: add it to the target's URL"),
        ("permission denied", "credentials_refused",
            "The target's user may not read this: make it a superuser or grant it"),
        ("must be superuser", "credentials_refused", "The target's user may not replicate: ALTER ROLE … REPLICATION"),
        ("does not exist", "not_found", "Something that was asked for is not there"),
        ("incompatible server version", "wrong_major_version", "Install the programs of the server's major version"),
        ("server version mismatch", "wrong_major_version", "Install the programs of the server's major version"),
        ("max_wal_senders", "too_many_senders", "The server has no WAL sender left: raise its max_wal_senders"),
        ("all replication slots are in use", "too_many_slots",
            "The server has no slot left: raise its max_replication_slots"),
        ("has already been removed", "wal_removed",
            "The server removed WAL that the backup needs: raise its wal_keep_size"),
        ("connection to server", "server_unreachable",
            "The server does not answer: start it, or correct the target's URL"),
        ("server closed the connection", "server_unreachable", "The server ended the connection: look at its log"),
        ("terminating connection", "server_unreachable", "The server ended the connection: look at its log"),
        ("could not receive data", "server_unreachable",
            "The connection to the server broke: look at its log and the network"),
        ("could not read COPY data", "server_unreachable",
            "The connection to the server broke: look at its log and the network"),
        ("unexpected termination of replication stream", "server_unreachable",
            "The connection to the server broke: look at its log and the network"),
    ];

    /// <summary>Of a program that ended with an exit code of its own.</summary>
    public static BackupException OfProgram(string program, ToolResult result)
    {
        foreach (var (said, code, advice) in Sayings)
        {
            if (result.Errors.FirstOrDefault(line => line.Contains(said, StringComparison.Ordinal)) is { } line)
                return new BackupException(code, $"{advice} ({line.Trim()}).");
        }

        return new BackupException("program_failed", $"{program} failed: {result.Reason.Trim()}.");
    }

    /// <summary>Null for a bug, and for what already says it.</summary>
    public static BackupException? Of(Exception exception, TargetServer server) => exception switch
    {
        BackupStoreException store => OfStore(store),
        CatalogueException broken => new("catalogue_broken", broken.Message, broken),
        PostgresServerException missing => new("program_missing", missing.Message, missing),
        PostgresException refused => OfServer(refused, server),
        NpgsqlException { InnerException: IOException or SocketException or TimeoutException } away =>
            new("server_unreachable", $"The server {server.Name} does not answer: start it, or correct its URL.", away),
        NpgsqlException other =>
            new("server_unreachable", $"The server {server.Name} cannot be connected to: {other.Message}.", other),
        IOException { HResult: NoSpaceLeft } full =>
            new(
                "disk_full",
                $"No space is left in Backups:Folder: free some, or give it a larger disk ({full.Message}).",
                full),
        IOException or UnauthorizedAccessException =>
            new("folder_unusable", $"Backups:Folder cannot be used: {exception.Message}.", exception),
        _ => null,
    };

    private static BackupException OfServer(PostgresException refused, TargetServer server) => refused.SqlState switch
    {
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification
            or PostgresErrorCodes.InsufficientPrivilege => new(
                "credentials_refused",
                $"The server {server.Name} refuses the target's user ({refused.MessageText}): "
                + "correct its URL or its rights.",
                refused),
        PostgresErrorCodes.InvalidCatalogName => new(
            "not_found", $"The server {server.Name} says: {refused.MessageText}; correct the target.", refused),
        PostgresErrorCodes.DiskFull => new(
            "disk_full", $"The server {server.Name} has no space left ({refused.MessageText}): free some.", refused),
        _ when refused.SqlState.StartsWith("57P", StringComparison.Ordinal) => new(
            "server_unreachable",
            $"The server {server.Name} is starting or stopping ({refused.MessageText}).",
            refused),
        _ => new("server_refused", $"The server {server.Name} says: {refused.MessageText}.", refused),
    };

    private static BackupException OfStore(BackupStoreException store) => new(
        store.Failure switch
        {
            BackupStoreFailure.Unavailable => "store_unavailable",
            BackupStoreFailure.Refused => "credentials_refused",
            BackupStoreFailure.Full => "disk_full",
            BackupStoreFailure.Missing => "object_missing",
            BackupStoreFailure.Exists => "object_exists",
            BackupStoreFailure.Immutable => "object_immutable",
            BackupStoreFailure.KeyMissing => "key_missing",
            _ => "object_damaged",
        },
        store.Message,
        store);
}

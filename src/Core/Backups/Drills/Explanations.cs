using Npgsql;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Core.Backups.Drills;

/// <summary>What an exception says of a backup: that it is bad, or that it could not be looked at.</summary>
internal static class Explanations
{
    /// <summary>The codes of what is wrong with a backup; the others say why it could not be looked at.</summary>
    private static readonly HashSet<string> Bad =
    [
        "backup_damaged", "unpack_failed", "recovery_failed", "recovery_too_slow", "target_not_reached", "wal_damaged",
        "dump_damaged", "restore_failed", "globals_failed", "foreign_cluster",
    ];

    /// <summary>Null: it says something of the tester.</summary>
    public static CheckResult? Of(Exception exception) => exception switch
    {
        BackupStoreException { Failure: BackupStoreFailure.Damaged or BackupStoreFailure.Missing } bad =>
            CheckResult.Wrong(Sentence(bad.Message)),
        BackupStoreException store => CheckResult.CouldNotLook(Sentence(store.Message)),
        BackupException { Code: var code } bad when Bad.Contains(code) => CheckResult.Wrong(Sentence(bad.Message)),
        BackupException other => CheckResult.CouldNotLook(Sentence(other.Message)),
        CatalogueException broken => CheckResult.Wrong(Sentence(broken.Message)),
        InvalidDataException damaged => CheckResult.Wrong(Sentence(damaged.Message)),
        PostgresException refused => Of(refused),
        PostgresServerException server => CheckResult.CouldNotLook(Sentence(server.Message)),
        NpgsqlException => CheckResult.CouldNotLook("The restored server stopped answering."),
        TimeoutException => CheckResult.CouldNotLook("Something did not answer in time."),
        UnauthorizedAccessException file => CheckResult.CouldNotLook(Sentence(file.Message)),
        IOException file => CheckResult.CouldNotLook(Sentence(file.Message)),
        _ => null,
    };

    /// <summary>
    /// The server's message names files and blocks; its detail, which may show rows, is not taken. Classes of errors:
    /// XX001 and XX002 are damage, 58xxx files that are missing or cannot be read.
    /// </summary>
    public static CheckResult Of(PostgresException refused) => refused.SqlState switch
    {
        PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted or PostgresErrorCodes.UndefinedFile
            or PostgresErrorCodes.IoError or PostgresErrorCodes.InternalError =>
            CheckResult.Wrong($"The restored server could not read its data: {Sentence(refused.MessageText)}"),
        _ => CheckResult.CouldNotLook($"The restored server refused: {Sentence(refused.MessageText)}"),
    };

    public static string Sentence(string text)
    {
        var line = string.Join(
            ' ', text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        if (line.Length > 500)
            line = line[..500] + "…";
        return line.EndsWith('.') ? line : line + ".";
    }
}

using RecoveryOS.Core.Backups.Manifests;
using RecoveryOS.Core.Backups.Servers;

namespace RecoveryOS.Core.Backups.Drills.Checks;

/// <summary>Rows that nobody changes: one that differs, or is gone, says that somebody rewrote the data.</summary>
internal static class CanaryCheck
{
    public static async Task<CheckResult> RunAsync(
        ServerUnderTest server, string database, CancellationToken cancellationToken)
    {
        await using var connection = await server.OpenAsync(database, cancellationToken);
        var isThere = await connection.QueryAsync(
            "SELECT to_regclass('recoveryos_marks.canaries') IS NOT NULL", row => row.GetBoolean(0), cancellationToken);
        if (isThere is not [true])
            return CheckResult.CouldNotLook(
                "There are no canaries here: this point is older than they are, or they were dropped.");

        var mismatches = await Canaries.CheckAsync(connection, cancellationToken);
        return CheckResult.From(
            [.. mismatches.Select(mismatch => $"Canary {mismatch.Id} {mismatch.What}.")],
            $"All {Canaries.Count} canaries are what they were written as.");
    }
}

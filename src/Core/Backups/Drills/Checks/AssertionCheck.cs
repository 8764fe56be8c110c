using Npgsql;
using RecoveryOS.Core.Backups.Servers;

namespace RecoveryOS.Core.Backups.Drills.Checks;

/// <summary>What the operator says must be true of the data: SQL that has to answer true, and cannot write.</summary>
internal static class AssertionCheck
{
    public static async Task<CheckResult> RunAsync(
        ServerUnderTest server, string database, string sql, CancellationToken cancellationToken)
    {
        await using var connection = await server.OpenAsync(database, cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.RunAsync(
            "SET TRANSACTION READ ONLY; SET LOCAL statement_timeout = '10min'", cancellationToken);
        try
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            if (!await reader.ReadAsync(cancellationToken))
                return CheckResult.Wrong("The assertion answered no row, expected true.");
            return reader.GetValue(0) switch
            {
                true => CheckResult.Right("The assertion answered true."),
                false => CheckResult.Wrong("The assertion answered false, expected true."),
                DBNull => CheckResult.Wrong("The assertion answered NULL, expected true."),
                _ => CheckResult.CouldNotLook("The assertion does not answer true or false."),
            };
        }
        catch (PostgresException missing) when (missing.SqlState
            is PostgresErrorCodes.UndefinedTable
            or PostgresErrorCodes.UndefinedColumn
            or PostgresErrorCodes.InvalidSchemaName)
        {
            return CheckResult.Wrong(
                $"What the assertion asks for is not there: {Explanations.Sentence(missing.MessageText)}");
        }
    }
}

using Npgsql;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Core.Backups.Drills.Checks;

/// <summary>A restored server that is looked at: never a live one.</summary>
/// <param name="Address">Of a superuser, with a Unix socket's folder as the host; any database.</param>
public sealed record ServerUnderTest(NpgsqlConnectionStringBuilder Address, PostgresBinaries Binaries)
{
    /// <summary>A connection of its own, on which statements may take as long as they need.</summary>
    public async Task<NpgsqlConnection> OpenAsync(string database, CancellationToken cancellationToken)
    {
        var address = new NpgsqlConnectionStringBuilder(Address.ConnectionString)
        {
            Database = database,
            Pooling = false,
            CommandTimeout = 0,
            IncludeErrorDetail = false,
        };
        var connection = new NpgsqlConnection(address.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Those that accept connections, templates left out.</summary>
    public async Task<IReadOnlyList<string>> DatabasesAsync(CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync("postgres", cancellationToken);
        return [.. (await connection.DatabasesAsync(cancellationToken)).Select(database => database.Name)];
    }
}

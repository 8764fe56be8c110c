using Npgsql;
using RecoveryOS.Core.Backups.Runs;
using RecoveryOS.Core.Backups.Wal;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.Tests.Backups.Wal.Receiving;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Backups.Runs;

public sealed class NeededBasesTests(PostgresFixture postgres)
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_backup_is_taken_at_once_where_none_is_and_out_of_turn_where_wal_began_anew()
    {
        var database = await postgres.CreateDatabaseAsync(
            "migrated",
            async (connectionString, cancellationToken) =>
            {
                await using var empty = NpgsqlDataSource.Create(connectionString);
                await new Migrator(empty).MigrateAsync(cancellationToken);
            },
            CancellationToken);
        await using var dataSource = NpgsqlDataSource.Create(database);
        await using var stage = await WalStage.OpenAsync(databaseUrl: database);

        Assert.Equal(1, await BackupsAfterCatchUpAsync());
        Assert.Equal(1, await BackupsAfterCatchUpAsync());

        // As the receiver of a server that gave its slot up.
        var position = Lsn.Parse(await stage.AskAsync<string>("SELECT pg_current_wal_lsn()::text") ?? "");
        await stage.Catalogue.AppendAsync(
            WalStage.Name,
            place => place with { WalChain = new WalChainStart(1, position, "the slot was lost") },
            CancellationToken);
        // Not at once again: no need may fill the disk.
        Assert.Equal(1, await BackupsAfterCatchUpAsync());
        await PassAsync("6 minutes");
        Assert.Equal(2, await BackupsAfterCatchUpAsync());
        await PassAsync("6 minutes");
        Assert.Equal(2, await BackupsAfterCatchUpAsync());

        async Task<int> BackupsAfterCatchUpAsync()
        {
            await stage.Get<CatchUp>().RunAsync(CancellationToken);
            return (await stage.Catalogue.ReadAsync(WalStage.Name, CancellationToken))
                .Count(entry => entry.Physical is not null);
        }

        async Task PassAsync(string time)
        {
            await using var command = dataSource.CreateCommand(
                $"UPDATE timer_runs SET started_at = started_at - interval '{time}' WHERE name = 'TakeBackup'");
            Assert.Equal(1, await command.ExecuteNonQueryAsync(CancellationToken));
        }
    }
}

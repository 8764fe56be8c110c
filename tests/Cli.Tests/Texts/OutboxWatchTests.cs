using Npgsql;
using RecoveryOS.Cli.LocalRuns;
using RecoveryOS.Cli.Texts;
using RecoveryOS.Core.Accounts;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.Privacy;
using RecoveryOS.Testing;

namespace RecoveryOS.Cli.Tests.Texts;

public sealed class OutboxWatchTests(PostgresFixture postgres) : IDisposable
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    private readonly TemporaryFolder temporary = new();

    public void Dispose() => temporary.Dispose();

    [Fact]
    public async Task Only_what_came_since_is_listed_and_of_a_number_only_its_end()
    {
        await using var dataSource = await MigratedAsync();
        var cipher = EncryptionKeys.Ensure(new LocalRun(temporary.Path)).Cipher();
        await WriteAsync(dataSource, cipher, "alert", "+14165550101");
        var watch = await OutboxWatch.StartAsync(dataSource, cipher, CancellationToken);
        await WriteAsync(dataSource, cipher, "crisis", "+14165550102");

        var entry = Assert.Single(await watch.ListAsync(CancellationToken));

        Assert.Equal(("crisis", "on_call_crisis", "0102"), (entry.Class, entry.Template, entry.Recipient));
    }

    [Fact]
    public async Task Row_of_other_keys_is_named_and_not_skipped()
    {
        await using var dataSource = await MigratedAsync();
        var cipher = EncryptionKeys.Ensure(new LocalRun(temporary.Path)).Cipher();
        using var elsewhere = new TemporaryFolder();
        var watch = await OutboxWatch.StartAsync(dataSource, cipher, CancellationToken);
        await WriteAsync(
            dataSource, EncryptionKeys.Ensure(new LocalRun(elsewhere.Path)).Cipher(), "alert", "+14165550101");

        var failure = await Assert.ThrowsAsync<CliException>(() => watch.ListAsync(CancellationToken));

        Assert.Contains("does not open with the local run's keys", failure.Message, StringComparison.Ordinal);
    }

    private async Task<NpgsqlDataSource> MigratedAsync()
    {
        var dataSource = NpgsqlDataSource.Create(await postgres.CreateDatabaseAsync(CancellationToken));
        await new Migrator(dataSource).MigrateAsync(CancellationToken);
        return dataSource;
    }

    private static async Task WriteAsync(NpgsqlDataSource dataSource, PhoneCipher cipher, string kind, string number)
    {
        Assert.True(PhoneNumber.TryParse(number, out var phone));
        var account = await new AccountBook(dataSource).CreateAsync("Riverside", CancellationToken);
        var recipient = cipher.Seal(account, phone);
        await using var command = dataSource.CreateCommand("""
            INSERT INTO outbox (account_id, class, template, phone_ciphertext, phone_key_id, phone_hash)
            VALUES ($1, $2, 'on_call_crisis', $3, $4, $5)
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = account });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = kind });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = recipient.Ciphertext });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = recipient.KeyId });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = recipient.Hash });
        await command.ExecuteNonQueryAsync(CancellationToken);
    }
}

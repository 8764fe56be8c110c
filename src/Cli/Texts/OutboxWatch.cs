using System.Security.Cryptography;
using Npgsql;
using RecoveryOS.Core.Privacy;

namespace RecoveryOS.Cli.Texts;

/// <summary>A text that waits to be sent.</summary>
/// <param name="Recipient">The last four digits of the number that it goes to.</param>
internal sealed record OutboxEntry(Guid Id, string Class, string Template, string Recipient, DateTime DueAt);

/// <summary>What is written into a database's outbox from now on, by whomever.</summary>
internal sealed class OutboxWatch
{
    private readonly NpgsqlDataSource dataSource;
    private readonly PhoneCipher cipher;
    private readonly DateTime since;

    private OutboxWatch(NpgsqlDataSource dataSource, PhoneCipher cipher, DateTime since) =>
        (this.dataSource, this.cipher, this.since) = (dataSource, cipher, since);

    public static async Task<OutboxWatch> StartAsync(
        NpgsqlDataSource dataSource, PhoneCipher cipher, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("SELECT clock_timestamp()");
        return new(dataSource, cipher, (DateTime?)await command.ExecuteScalarAsync(cancellationToken) ?? default);
    }

    public async Task<IReadOnlyList<OutboxEntry>> ListAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            SELECT id, account_id, class, template, phone_ciphertext, phone_key_id, due_at
            FROM outbox WHERE created_at >= $1 ORDER BY id
            """);
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = since });
        List<OutboxEntry> entries = [];
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            entries.Add(new(
                rows.GetGuid(0),
                rows.GetString(2),
                rows.GetString(3),
                Last4(rows.GetGuid(1), rows.GetFieldValue<byte[]>(4), rows.GetString(5)),
                rows.GetDateTime(6)));
        }

        return entries;
    }

    /// <exception cref="CliException">The row was sealed with a key that is not among the local run's.</exception>
    private string Last4(Guid accountId, byte[] ciphertext, string keyId)
    {
        try
        {
            return cipher.Open(accountId, ciphertext, keyId).Last4;
        }
        catch (Exception exception) when (exception is KeyNotFoundException or CryptographicException)
        {
            throw new CliException($"A row of the outbox does not open with the local run's keys ({keyId}).");
        }
    }
}

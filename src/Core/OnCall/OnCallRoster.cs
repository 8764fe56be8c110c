using Npgsql;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.Identity;
using RecoveryOS.Core.Inputs;
using RecoveryOS.Core.Privacy;

namespace RecoveryOS.Core.OnCall;

/// <summary>Whom an account's alerts are texted to.</summary>
public sealed class OnCallRoster(NpgsqlDataSource dataSource, PhoneCipher cipher)
{
    /// <summary>In the order in which they are texted.</summary>
    public async Task<Page<OnCallContact>> ListAsync(Caller caller, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            SELECT name, phone_ciphertext, phone_key_id FROM on_call_contacts WHERE account_id = $1 ORDER BY position
            """).With(caller.AccountId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<OnCallContact> contacts = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            var phone = cipher.Open(caller.AccountId, reader.GetFieldValue<byte[]>(1), reader.GetString(2));
            contacts.Add(new(reader.GetString(0), phone.Last4));
        }

        return new(contacts, null);
    }

    /// <summary>Replaces all of them at once. False when there is no such account.</summary>
    public async Task<bool> ReplaceAsync(Caller caller, NewOnCallRoster roster, CancellationToken cancellationToken)
    {
        var phones = roster.Contacts.Select(contact => cipher.Seal(caller.AccountId, contact.Phone)).ToArray();
        await using var command = dataSource.CreateCommand("""
            WITH account AS (
                SELECT id FROM accounts WHERE id = $1 FOR NO KEY UPDATE
            ), gone AS (
                DELETE FROM on_call_contacts WHERE account_id = $1 AND position > cardinality($3)
            ), contact AS (
                INSERT INTO on_call_contacts (account_id, position, name, phone_ciphertext, phone_key_id, phone_hash)
                SELECT account.id, position, name, ciphertext, key_id, hash
                FROM account, unnest($3, $4, $5, $6) WITH ORDINALITY
                    AS sent (name, ciphertext, key_id, hash, position)
                ON CONFLICT (account_id, position) DO UPDATE
                SET name = EXCLUDED.name,
                    phone_ciphertext = EXCLUDED.phone_ciphertext,
                    phone_key_id = EXCLUDED.phone_key_id,
                    phone_hash = EXCLUDED.phone_hash
            ), audit AS (
                INSERT INTO audit_log (account_id, actor, action, subject_id)
                SELECT id, $2, 'on_call.replaced', id FROM account
            )
            SELECT FROM account
            """)
            .With(caller.AccountId).With(caller.Actor)
            .With(roster.Contacts.Select(contact => contact.Name).ToArray())
            .With(phones.Select(phone => phone.Ciphertext).ToArray())
            .With(phones.Select(phone => phone.KeyId).ToArray())
            .With(phones.Select(phone => phone.Hash).ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken);
    }
}

using System.Data.Common;
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
        var contacts = await dataSource.CreateCommand("""
            SELECT name, phone_ciphertext, phone_key_id FROM on_call_contacts WHERE account_id = $1 ORDER BY position
            """)
            .With(caller.AccountId)
            .ToListAsync(row => new OnCallContact(row.GetString(0), Last4(row, caller.AccountId)), cancellationToken);
        return new(contacts, null);
    }

    /// <summary>Replaces all of them at once. False when there is no such account.</summary>
    public async Task<bool> ReplaceAsync(Caller caller, NewOnCallRoster roster, CancellationToken cancellationToken)
    {
        var phones = roster.Contacts.Select(contact => cipher.Seal(caller.AccountId, contact.Phone)).ToArray();
        var batch = dataSource.CreateBatch();
        // The account's row is the lock: of two lists at once the later one stays, whole. It comes in a statement of
        // its own, so that those after it see what was committed while it waited.
        batch.Command("SELECT FROM accounts WHERE id = $1 FOR NO KEY UPDATE")
            .With(caller.AccountId);
        batch.Command("DELETE FROM on_call_contacts WHERE account_id = $1")
            .With(caller.AccountId);
        batch.Command("""
            INSERT INTO on_call_contacts (account_id, position, name, phone_ciphertext, phone_key_id, phone_hash)
            SELECT accounts.id, position, sent.name, ciphertext, key_id, hash
            FROM accounts, unnest($2, $3, $4, $5) WITH ORDINALITY AS sent (name, ciphertext, key_id, hash, position)
            WHERE accounts.id = $1
            """)
            .With(caller.AccountId)
            .With(roster.Contacts.Select(contact => contact.Name).ToArray())
            .With(phones.Select(phone => phone.Ciphertext).ToArray())
            .With(phones.Select(phone => phone.KeyId).ToArray())
            .With(phones.Select(phone => phone.Hash).ToArray());
        batch.Command("""
            INSERT INTO audit_log (account_id, actor, action, subject_id)
            SELECT id, $2, 'on_call.replaced', id FROM accounts WHERE id = $1
            """)
            .With(caller.AccountId).With(caller.Actor);
        return await batch.ExecuteAsync(cancellationToken) > 0;
    }

    private string Last4(DbDataReader row, Guid accountId) =>
        cipher.Open(accountId, row.GetFieldValue<byte[]>(1), row.GetString(2)).Last4;
}

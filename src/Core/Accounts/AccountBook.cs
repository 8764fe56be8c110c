using Npgsql;

namespace RecoveryOS.Core.Accounts;

/// <summary>The accounts: one for each organisation that cares for members.</summary>
public sealed class AccountBook(NpgsqlDataSource dataSource)
{
    /// <summary>Opens an account and answers its id.</summary>
    /// <param name="name">1–200 characters; it is shown to operators only.</param>
    /// <exception cref="PostgresException">The name is empty or too long (check violation).</exception>
    public async Task<Guid> CreateAsync(string name, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            WITH account AS (INSERT INTO accounts (name) VALUES ($1) RETURNING id),
            audit AS (
                INSERT INTO audit_log (account_id, actor, action, subject_id)
                SELECT id, 'operator', 'account.created', id FROM account
            )
            SELECT id FROM account
            """);
        command.Parameters.Add(new() { Value = name });
        return await command.ExecuteScalarAsync(cancellationToken) is Guid id
            ? id
            : throw new InvalidOperationException("the account was not created");
    }
}

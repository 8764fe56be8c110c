using System.Text;
using Npgsql;

namespace RecoveryOS.EndToEnd.Tests.Texts;

/// <summary>Looks for words in every column of every table.</summary>
internal static class PlainRows
{
    /// <summary>The tables in which a row holds one of the words, as text or as the bytes of it.</summary>
    public static async Task<IReadOnlyList<string>> FindAsync(
        NpgsqlDataSource database, params IReadOnlyList<string> words)
    {
        List<string> found = [];
        foreach (var table in await TablesAsync(database))
        {
            foreach (var word in words)
            {
                await using var command = database.CreateCommand(
                    $"SELECT count(*) FROM {table} AS r "
                    + "WHERE strpos(lower(r::text), $1) > 0 OR strpos(r::text, $2) > 0");
                command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = word.ToLowerInvariant() });
                command.Parameters.Add(new NpgsqlParameter<string>
                {
                    TypedValue = Convert.ToHexStringLower(Encoding.UTF8.GetBytes(word)),
                });
                if (await command.ExecuteScalarAsync(TestContext.Current.CancellationToken) is not 0L)
                    found.Add($"{table}: {word}");
            }
        }

        return found;
    }

    private static async Task<IReadOnlyList<string>> TablesAsync(NpgsqlDataSource database)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var command = database.CreateCommand(
            "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<string> tables = [];
        while (await reader.ReadAsync(cancellationToken))
            tables.Add(reader.GetString(0));

        Assert.Contains("inbound_texts", tables);
        return tables;
    }
}

using System.Text.Json.Nodes;
using Npgsql;

namespace RecoveryOS.EndToEnd.Tests.Service;

/// <summary>An account of a test's own, and those who act in it.</summary>
internal sealed class Clinic(Deployment deployment, Guid account)
{
    public const string CheckIns = "/v1/check-ins";
    public const string Members = "/v1/members";
    public const string Consents = "/v1/consents";
    public const string Alerts = "/v1/alerts";
    public const string OnCall = "/v1/on-call";
    public const string Messages = "/v1/messages";

    public Guid Account => account;

    public Deployment Deployment => deployment;

    public Api Clinician { get; } = deployment.Caller(deployment.Tokens.Clinician(account));

    public Api Operator { get; } = deployment.Caller(deployment.Tokens.Operator(account));

    public Api Member(Guid member) => deployment.Caller(deployment.Tokens.Member(account, member));

    public async Task<Guid> EnrolAsync(string country = "CA", string language = "en") =>
        (await Clinician.PostAsync(Members, Sample.Member(country, language))).Is(201).Id;

    public async Task<Guid> ConsentAsync(Guid member, params string[] scopes) =>
        (await Member(member).PostAsync(Consents, Sample.Consent(member, scopes))).Is(201).Id;

    /// <summary>Check-ins of the member itself, one after the other; the last one's answer.</summary>
    public async Task<Answer> CheckInAsync(Guid member, params int[] points)
    {
        var api = Member(member);
        Answer? last = null;
        foreach (var score in points)
            last = (await api.PostAsync(CheckIns, Sample.CheckInOf(member, score))).Is(201);

        return last ?? throw new ArgumentException("no points", nameof(points));
    }

    /// <summary>A member in the high band and the alert that this opened.</summary>
    public async Task<(Guid Member, Guid Alert)> AlertAsync()
    {
        var member = await EnrolAsync();
        await CheckInAsync(member, 0, 0, 75);
        var alert = (await Clinician.GetAsync(Alerts)).Is(200).Data.First(alert => alert.IsOf(member));
        return (member, alert.GetProperty("id").GetGuid());
    }

    public Task<IReadOnlyList<T>> QueryAsync<T>(string sql) => QueryAsync<T>(sql, account);

    /// <summary>The first column of a query about this account, which is <c>$1</c>.</summary>
    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, Guid parameter)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var command = deployment.Database.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = parameter });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<T> rows = [];
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(reader.GetFieldValue<T>(0));

        return rows;
    }

    /// <summary>How many rows each table holds for this account.</summary>
    public async Task<string> CountRowsAsync()
    {
        var tables = await QueryAsync<string>(
            "SELECT table_name::text FROM information_schema.columns "
            + "WHERE column_name = 'account_id' AND $1 IS NOT NULL");
        Assert.NotEmpty(tables);
        var counts = tables.Order(StringComparer.Ordinal)
            .Select(table => $"SELECT '{table} ' || count(*) FROM {table} WHERE account_id = $1");
        return string.Join('\n', await QueryAsync<string>(string.Join(" UNION ALL ", counts)));
    }
}

internal static class Rows
{
    public static bool IsOf(this System.Text.Json.JsonElement row, Guid member) =>
        row.GetProperty("member_id").GetGuid() == member;

    /// <summary>The values of one member of all rows.</summary>
    public static IReadOnlyList<string?> Select(this IEnumerable<System.Text.Json.JsonElement> rows, string member) =>
        [.. rows.Select(row => row.GetProperty(member))
            .Select(value => value.ValueKind is System.Text.Json.JsonValueKind.Null
                ? null
                : JsonValue.Create(value)?.ToString())];
}

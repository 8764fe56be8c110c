using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;
using RecoveryOS.EndToEnd.Tests.Service;

namespace RecoveryOS.EndToEnd.Tests;

/// <summary>Whatever is sent, wherever it fails: nothing of it is in the log.</summary>
public sealed class LogTests(ServiceFixture fixture)
{
    private const string Note = "canary-note";
    private const string Phone = "+14165550987";
    private const string Code = "canary-code";
    private const string Name = "canary-name";
    private const string Garbage = "canary-garbage";
    private const string Subject = "canary-subject";

    private static readonly string[] Members =
    [
        "timestamp", "level", "logger", "msg", "request_id", "member_id", "duration_ms", "function", "status",
        "channel",
        "error", "sql_state", "cause", "stack", "timer", "failure", "accepted", "unknown", "refused", "held", "dropped",
        "expired",
    ];

    [Fact]
    public async Task Log_is_JSON_lines_and_holds_nothing_private()
    {
        await using var service = await fixture.StartOwnAsync();
        var place = await Place.OpenAsync(await service.Deployment.OpenClinicAsync());
        var clinic = place.Clinic;
        List<string> secrets =
            [Note, Phone, Phone[1..], Code, Name, Garbage, Subject, $"{place.Member}", $"{clinic.Account}"];
        var api = clinic.Deployment.Caller(Token(clinic, secrets));

        await SendEverythingAsync(place, api, [200, 201]);
        await SendGarbageAsync(place, api);
        foreach (var (sqlState, status) in new[] { ("XX000", 500), ("57P03", 503) })
        {
            await BreakTablesAsync(clinic, sqlState);
            await SendWritesAsync(place, api, [status]);
        }

        service.Terminate();
        Assert.Equal(0, await service.WaitForExitAsync());

        Assert.Empty(service.Errors);
        Assert.All(service.Output, line => Assert.DoesNotContain(
            secrets, secret => line.Contains(secret, StringComparison.OrdinalIgnoreCase)));
        var lines = service.Output.Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.All(lines, AssertIsLogLine);
        Assert.All(
            ["check_in_processed", "request_completed", "request_failed", "dependency_unavailable"],
            name => Assert.Contains(lines, line => line.GetProperty("msg").GetString() == name));
    }

    /// <summary>A token whose subject is a canary, and which is one itself, as a whole and in its parts.</summary>
    private static string Token(Clinic clinic, List<string> secrets)
    {
        var claims = Tokens.Claims(clinic.Account, "clinician");
        claims["sub"] = Subject;
        var token = clinic.Deployment.Tokens.Sign(claims);
        secrets.AddRange(token.Split('.'));
        return token;
    }

    private static async Task SendEverythingAsync(Place place, Api api, int[] statuses)
    {
        await SendWritesAsync(place, api, statuses);
        string[] paths =
        [
            "/healthz", "/readyz", "/openapi.json", "/v1/alerts", "/v1/on-call", $"/v1/members/{place.Member}",
            $"/v1/members/{place.Member}/risk", $"/v1/members/{place.Member}/consents",
            $"/v1/check-ins?member_id={place.Member}", $"/v1/check-ins/{place.CheckIn}",
        ];
        foreach (var path in paths)
            (await api.GetAsync(path)).Is(200);
        foreach (var move in new[] { "acknowledge", "resolve" })
            (await api.PostAsync($"/v1/alerts/{place.Alert}/{move}", null)).Is(200);
    }

    private static async Task SendWritesAsync(Place place, Api api, int[] statuses)
    {
        (string Name, string Value)[] headers =
            [("Idempotency-Key", $"{Garbage}-{statuses[0]}"), ("X-Request-Id", "log-test")];
        Answer[] answers =
        [
            await api.PostAsync(Clinic.Members, Sample.Member().With("display_code", Code).With("phone", Phone)),
            await api.PatchAsync(
                $"/v1/members/{place.Member}", new JsonObject { ["display_code"] = Code, ["phone"] = Phone }),
            await api.PostAsync(Clinic.CheckIns, Sample.CheckIn(place.Member).With("notes", Note), headers),
            await api.PostAsync(Clinic.Consents, Sample.Consent(place.Member, "view_risk").With("terms_version", Code)),
            await api.PatchAsync($"/v1/consents/{place.Consent}", new JsonObject { ["terms_version"] = Code }),
            await api.PutAsync(Clinic.OnCall, new JsonArray(new JsonObject { ["name"] = Name, ["phone"] = Phone })),
        ];
        Assert.All(answers, answer => Assert.Contains(answer.Status, statuses));
        Assert.All(
            answers.Where(answer => answer.Status >= 500),
            answer => Assert.DoesNotContain("canary", answer.Text, StringComparison.Ordinal));
    }

    private static async Task SendGarbageAsync(Place place, Api api)
    {
        string[] bodies =
            [Garbage, $$"""{"{{Garbage}}":1}""", $$"""{"member_id":"{{Garbage}}","notes":["{{Garbage}}"]}"""];
        foreach (var body in bodies)
        {
            foreach (var path in new[] { Clinic.CheckIns, Clinic.Members, Clinic.Consents })
                (await api.SendAsync(HttpMethod.Post, path, Api.Raw(body), [])).Is(400);
        }

        (await api.SendAsync(HttpMethod.Post, Clinic.CheckIns, Api.Raw("{}", $"text/{Garbage}"), [])).Is(415);
        (await api.PostAsync(Clinic.CheckIns, Sample.CheckIn(place.Member), ("Idempotency-Key", $"{Garbage} {Note}")))
            .Is(400);
        (await api.GetAsync($"/v1/alerts?cursor={Garbage}&status={Garbage}")).Is(400);
        (await api.GetAsync($"/{Garbage}?note={Note}")).Is(404);
        (await api.GetAsync($"/v1/check-ins?member_id={Garbage}", ("X-Request-Id", $"{Garbage} {Note}"))).Is(400);
        (await place.Clinic.Deployment.Caller($"{Garbage}.{Garbage}.{Garbage}").GetAsync(Clinic.Alerts)).Is(401);
        (await place.Clinic.Operator.GetAsync(Clinic.Alerts)).Is(403);
    }

    /// <summary>From now on, each write fails with an error whose text quotes the whole row.</summary>
    private static async Task BreakTablesAsync(Clinic clinic, string sqlState)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var tables = new[] { "members", "check_ins", "consents", "on_call_contacts" };
        await using var connection = await clinic.Deployment.Database.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(
            $"""
            CREATE OR REPLACE FUNCTION quote_row() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION 'row %', NEW USING ERRCODE = '{sqlState}', DETAIL = NEW::text, HINT = NEW::text;
            END $$;
            """ + string.Concat(tables.Select(table => $"""
            CREATE OR REPLACE TRIGGER quote_row BEFORE INSERT OR UPDATE ON {table}
                FOR EACH ROW EXECUTE FUNCTION quote_row();
            """)),
            connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static void AssertIsLogLine(JsonElement line)
    {
        var names = line.EnumerateObject().Select(member => member.Name).ToList();
        Assert.Equal(["timestamp", "level", "logger", "msg"], names.Take(4));
        Assert.Empty(names.Except(Members));
        Assert.Equal(names.Distinct(), names);
        Assert.Matches("^[a-z_]+$", line.GetProperty("msg").GetString());
        Assert.EndsWith("Z", line.GetProperty("timestamp").GetString(), StringComparison.Ordinal);
        if (line.GetProperty("msg").GetString() is "request_completed" or "request_failed" or "check_in_processed")
            Assert.Matches("^[A-Za-z0-9_-]{1,64}$", line.GetProperty("request_id").GetString());
        if (line.TryGetProperty("member_id", out var member))
            Assert.Equal("redacted", member.GetString());
    }
}

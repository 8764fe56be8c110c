using System.Text.RegularExpressions;
using RecoveryOS.EndToEnd.Tests.Service;

namespace RecoveryOS.EndToEnd.Tests;

public sealed class AccessTests(ServiceFixture service)
{
    /// <summary>Every operation, and what it answers to nobody, a member, a clinician and an operator.</summary>
    public static TheoryData<string, string, int, int, int, int> Operations => new()
    {
        { "GET", "/healthz", 200, 200, 200, 200 },
        { "GET", "/readyz", 200, 200, 200, 200 },
        { "GET", "/openapi.json", 200, 200, 200, 200 },
        { "POST", "/v1/members", 401, 403, 201, 403 },
        { "GET", "/v1/members/{member}", 401, 403, 200, 403 },
        { "PATCH", "/v1/members/{member}", 401, 403, 200, 403 },
        { "POST", "/v1/check-ins", 401, 201, 201, 403 },
        { "GET", "/v1/check-ins/{check-in}", 401, 200, 200, 403 },
        { "GET", "/v1/check-ins?member_id={member}", 401, 200, 200, 403 },
        { "GET", "/v1/members/{member}/risk", 401, 200, 200, 403 },
        { "POST", "/v1/consents", 401, 201, 201, 403 },
        { "GET", "/v1/members/{member}/consents", 401, 200, 200, 403 },
        { "PATCH", "/v1/consents/{consent}", 401, 200, 200, 403 },
        { "GET", "/v1/alerts", 401, 403, 200, 403 },
        { "POST", "/v1/alerts/{alert}/acknowledge", 401, 403, 200, 403 },
        { "POST", "/v1/alerts/{acknowledged}/resolve", 401, 403, 200, 403 },
        { "GET", "/v1/backups", 401, 403, 403, 200 },
        { "GET", "/v1/on-call", 401, 403, 200, 403 },
        { "PUT", "/v1/on-call", 401, 403, 200, 403 },
        { "POST", "/v1/messages", 401, 403, 202, 403 },
        { "GET", "/v1/messages/{message}", 401, 403, 200, 403 },
        { "GET", "/v1/recovery-window?server=nobody", 401, 403, 403, 404 },
        { "GET", "/v1/restore-tests", 401, 403, 403, 200 },
        { "POST", "/v1/restore-tests", 401, 403, 403, 400 },
        { "GET", "/v1/restore-tests/{restore-test}", 401, 403, 403, 404 },
        { "POST", "/webhooks/twilio/inbound", 403, 403, 403, 403 },
        { "POST", "/webhooks/twilio/status", 403, 403, 403, 403 },
    };

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Operation_is_for_its_roles_only(
        string method, string path, int nobody, int member, int clinician, int @operator)
    {
        var place = await Place.OpenAsync(await service.OpenClinicAsync());
        var own = place.Clinic;
        Api[] callers =
            [own.Deployment.Anonymous, own.Member(place.Member), own.Clinician, own.Operator];

        List<int> statuses = [];
        foreach (var caller in callers)
            statuses.Add((await place.SendAsync(caller, method, path)).Status);

        Assert.Equal([nobody, member, clinician, @operator], statuses);
    }

    [Fact]
    public async Task Every_operation_of_the_contract_is_in_the_table()
    {
        var document = (await (await service.ShareAsync()).Anonymous.GetAsync("/openapi.json")).Is(200);
        var paths = document.Json.TryGetProperty("paths", out var found) ? found.EnumerateObject() : [];

        var documented = paths.SelectMany(path => path.Value.EnumerateObject()
            .Where(operation => operation.Name is "get" or "put" or "post" or "patch" or "delete")
            .Select(operation => $"{operation.Name.ToUpperInvariant()} {Shape(path.Name)}"));
        var tested = Operations.Select(row => $"{row.Data.Item1} {Shape(row.Data.Item2)}");

        Assert.Empty(documented.Except(tested));
    }

    public static TheoryData<string, string> OperationsOnIds => new(Operations
        .Select(row => (Method: row.Data.Item1, Path: row.Data.Item2))
        // What operators see belongs to no account.
        .Where(row => !row.Path.Contains("{restore-test}", StringComparison.Ordinal))
        .Where(
            row => row.Path.Contains('{', StringComparison.Ordinal)
                || row is { Method: "POST", Path: Clinic.CheckIns or Clinic.Consents or Clinic.Messages }));

    [Theory]
    [MemberData(nameof(OperationsOnIds))]
    public async Task Ids_of_another_account_are_not_found(string method, string path)
    {
        var place = await Place.OpenAsync(await service.OpenClinicAsync());
        var other = await service.OpenClinicAsync();
        var before = await place.Clinic.CountRowsAsync() + await other.CountRowsAsync();

        (await place.SendAsync(other.Clinician, method, path)).Is(404, "not_found");

        Assert.Equal(before, await place.Clinic.CountRowsAsync() + await other.CountRowsAsync());
    }

    [Theory]
    [InlineData("POST", "/v1/check-ins")]
    [InlineData("GET", "/v1/check-ins/{check-in}")]
    [InlineData("GET", "/v1/check-ins?member_id={member}")]
    [InlineData("GET", "/v1/members/{member}/risk")]
    [InlineData("POST", "/v1/consents")]
    [InlineData("GET", "/v1/members/{member}/consents")]
    [InlineData("PATCH", "/v1/consents/{consent}")]
    public async Task Another_member_of_the_account_is_not_found(string method, string path)
    {
        var place = await Place.OpenAsync(await service.OpenClinicAsync());
        var stranger = place.Clinic.Member(await place.Clinic.EnrolAsync());
        var before = await place.Clinic.CountRowsAsync();

        (await place.SendAsync(stranger, method, path)).Is(404, "not_found");

        Assert.Equal(before, await place.Clinic.CountRowsAsync());
    }

    private static string Shape(string path) =>
        Regex.Replace(path.Split('?')[0], @"\{[^}]*\}", "{}");
}

using RecoveryOS.EndToEnd.Tests.Service;

namespace RecoveryOS.EndToEnd.Tests.BadInput;

/// <summary>What an operator asks of a service that has nothing to back up.</summary>
public sealed class BackupInputTests(ServiceFixture service)
{
    private const string Tests = "/v1/restore-tests";

    [Theory]
    [InlineData("/v1/backups?limit=0", "limit")]
    [InlineData("/v1/backups?limit=101", "limit")]
    [InlineData("/v1/backups?limit=1&limit=1", "limit")]
    [InlineData("/v1/backups?cursor=x", "cursor")]
    [InlineData("/v1/backups?cursor=%00", "cursor")]
    [InlineData("/v1/backups?server=", "server")]
    [InlineData("/v1/backups?server=Clinic", "server")]
    [InlineData("/v1/backups?server=a%00", "server")]
    [InlineData("/v1/backups?server=..%2Fother", "server")]
    [InlineData("/v1/backups?server=a&server=b", "server")]
    [InlineData("/v1/backups?job=restore", "job")]
    [InlineData("/v1/backups?job=", "job")]
    [InlineData("/v1/restore-tests?limit=1000", "limit")]
    [InlineData("/v1/restore-tests?cursor=", "cursor")]
    [InlineData("/v1/restore-tests?server=nobody", "server")]
    [InlineData("/v1/restore-tests?server=%00", "server")]
    [InlineData("/v1/recovery-window?server=", "server")]
    [InlineData("/v1/recovery-window?server=No-Body", "server")]
    [InlineData("/v1/recovery-window?server=a&server=a", "server")]
    public async Task Wrong_parameter_is_refused_by_its_name(string path, string parameter)
    {
        var clinic = await service.OpenClinicAsync();

        (await clinic.Operator.GetAsync(path)).Names(parameter);
    }

    [Theory]
    [InlineData("/v1/recovery-window")]
    [InlineData("/v1/recovery-window?server=nobody")]
    public async Task A_server_that_is_not_backed_up_has_no_window(string path)
    {
        var clinic = await service.OpenClinicAsync();

        await clinic.RefusesAsync(clinic.Operator, "GET", path, null, 404, "not_found");
    }

    [Fact]
    public async Task A_restore_test_of_nothing_is_not_found_and_one_without_an_id_is_no_route()
    {
        var clinic = await service.OpenClinicAsync();

        await clinic.RefusesAsync(clinic.Operator, "GET", $"{Tests}/{Guid.CreateVersion7()}", null, 404, "not_found");
        Assert.Empty((await clinic.Operator.GetAsync($"{Tests}/7")).Is(404).Text);
    }

    [Theory]
    [InlineData("", 400, "malformed_json")]
    [InlineData("{", 400, "malformed_json")]
    [InlineData("{\"server\":\"a\",\"server\":\"b\"}", 400, "malformed_json")]
    [InlineData("[]", 400, "validation")]
    [InlineData("null", 400, "validation")]
    [InlineData("{\"server\":null}", 400, "validation")]
    public async Task A_body_that_asks_for_no_test_starts_none(string body, int status, string code)
    {
        var clinic = await service.OpenClinicAsync();

        await clinic.RefusesAsync(clinic.Operator, "POST", Tests, Api.Raw(body), status, code);
    }

    [Theory]
    [InlineData("{\"server\":\"nobody\"}", "server")]
    [InlineData("{\"server\":7}", "server")]
    [InlineData("{\"method\":\"magical\"}", "method")]
    [InlineData("{\"method\":null}", "method")]
    [InlineData("{\"target\":\"newest\"}", "target")]
    [InlineData("{\"target\":{}}", "target.kind")]
    [InlineData("{\"target\":{\"kind\":\"latest\"}}", "target.kind")]
    [InlineData("{\"target\":{\"kind\":\"time\"}}", "target.value")]
    [InlineData("{\"target\":{\"kind\":\"time\",\"value\":\"2026-01-31T12:00:00\"}}", "target.value")]
    [InlineData("{\"target\":{\"kind\":\"time\",\"value\":\"yesterday\"}}", "target.value")]
    [InlineData("{\"target\":{\"kind\":\"lsn\",\"value\":\"16\"}}", "target.value")]
    [InlineData("{\"target\":{\"kind\":\"newest\",\"value\":\"now\"}}", "target.value")]
    [InlineData("{\"target\":{\"kind\":\"newest\",\"sql\":\"SELECT 1\"}}", "target.sql")]
    [InlineData("{\"method\":\"logical\",\"target\":{\"kind\":\"newest\"}}", "target")]
    [InlineData("{\"folder\":\"/\"}", "folder")]
    public async Task A_wrong_field_of_a_restore_test_is_named(string body, string field)
    {
        var clinic = await service.OpenClinicAsync();

        await clinic.LeavesNothingBehindAsync(async () =>
        {
            var answer = await clinic.Operator.SendAsync(HttpMethod.Post, Tests, Api.Raw(body), []);

            var named = answer.IsProblem(400, "validation")["errors"].EnumerateObject().Select(error => error.Name);
            Assert.Contains(field, named);
        });
    }

    [Fact]
    public async Task A_restore_test_s_body_is_held_to_the_rules_of_all()
    {
        var clinic = await service.OpenClinicAsync();

        await clinic.RefusesAsync(
            clinic.Operator, "POST", Tests, Api.Raw("{}".PadRight(65 * 1024)), 413, "payload_too_large");
        await clinic.RefusesAsync(
            clinic.Operator, "POST", Tests, Api.Raw("{}", "text/plain"), 415, "unsupported_media_type");
    }
}

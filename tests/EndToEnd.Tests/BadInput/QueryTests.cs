using RecoveryOS.EndToEnd.Tests.Service;

namespace RecoveryOS.EndToEnd.Tests.BadInput;

public sealed class QueryTests(ServiceFixture service)
{
    [Theory]
    [InlineData("/v1/check-ins", "member_id")]
    [InlineData("/v1/check-ins?member_id=", "member_id")]
    [InlineData("/v1/check-ins?member_id=7", "member_id")]
    [InlineData("/v1/check-ins?member_id={member}%00", "member_id")]
    [InlineData("/v1/check-ins?member_id={member}&member_id={member}", "member_id")]
    [InlineData("/v1/check-ins?member_id={member}&limit=0", "limit")]
    [InlineData("/v1/check-ins?member_id={member}&limit=101", "limit")]
    [InlineData("/v1/check-ins?member_id={member}&limit=-1", "limit")]
    [InlineData("/v1/check-ins?member_id={member}&limit=1.5", "limit")]
    [InlineData("/v1/check-ins?member_id={member}&limit=ten", "limit")]
    [InlineData("/v1/check-ins?member_id={member}&limit=", "limit")]
    [InlineData("/v1/check-ins?member_id={member}&limit=99999999999", "limit")]
    [InlineData("/v1/check-ins?member_id={member}&limit=%D9%A1", "limit")]
    [InlineData("/v1/check-ins?member_id={member}&limit=1&limit=1", "limit")]
    [InlineData("/v1/check-ins?member_id={member}&cursor=", "cursor")]
    [InlineData("/v1/check-ins?member_id={member}&cursor=x", "cursor")]
    [InlineData("/v1/check-ins?member_id={member}&cursor={member}", "cursor")]
    [InlineData("/v1/check-ins?member_id={member}&cursor=AAAAAAAAAAAAAAAAAAAA%20A", "cursor")]
    [InlineData("/v1/check-ins?member_id={member}&cursor=AAAAAAAAAAAAAAAAAAAA%2B%2F", "cursor")]
    [InlineData("/v1/check-ins?member_id={member}&cursor=AAAAAAAAAAAAAAAAAAAAAAAA", "cursor")]
    [InlineData("/v1/alerts?status=closed", "status")]
    [InlineData("/v1/alerts?status=OPEN", "status")]
    [InlineData("/v1/alerts?status=", "status")]
    [InlineData("/v1/alerts?severity=extreme", "severity")]
    [InlineData("/v1/alerts?severity=low&severity=high", "severity")]
    [InlineData("/v1/alerts?limit=1000", "limit")]
    [InlineData("/v1/alerts?cursor=%00", "cursor")]
    [InlineData("/v1/members/{member}/consents?limit=0", "limit")]
    [InlineData("/v1/members/{member}/consents?cursor=x", "cursor")]
    public async Task Wrong_parameter_is_refused_by_its_name(string path, string parameter)
    {
        var place = await Place.OpenAsync(await service.OpenClinicAsync());

        (await place.Clinic.Clinician.GetAsync(place.Fill(path))).Names(parameter);
    }

    [Theory]
    [InlineData("GET", "/v1/members/7")]
    [InlineData("PATCH", "/v1/members/me")]
    [InlineData("GET", "/v1/members/01a207f2-3dd3-72d1-a29b-a974ccdc99eg/risk")]
    [InlineData("GET", "/v1/members/x/consents")]
    [InlineData("PATCH", "/v1/consents/x")]
    [InlineData("POST", "/v1/alerts/x/acknowledge")]
    [InlineData("POST", "/v1/alerts/7/resolve")]
    public async Task Path_with_a_bad_id_is_no_route(string method, string path)
    {
        var clinic = await service.OpenClinicAsync();

        var answer = await clinic.Clinician.SendAsync(new(method), path, Api.Raw("{}"), []);

        Assert.Empty(answer.Is(404).Text);
    }

    [Theory]
    [InlineData("GET", "/v1/members/{unknown}", null)]
    [InlineData("PATCH", "/v1/members/{unknown}", """{"language":"fr"}""")]
    [InlineData("GET", "/v1/members/{unknown}/risk", null)]
    [InlineData("GET", "/v1/members/{unknown}/consents", null)]
    [InlineData("GET", "/v1/check-ins?member_id={unknown}", null)]
    [InlineData("GET", "/v1/check-ins/{unknown}", null)]
    [InlineData("PATCH", "/v1/consents/{unknown}", """{"status":"revoked"}""")]
    [InlineData("POST", "/v1/alerts/{unknown}/acknowledge", null)]
    [InlineData("POST", "/v1/alerts/{unknown}/resolve", null)]
    public async Task Id_of_nothing_is_not_found(string method, string path, string? body)
    {
        var clinic = await service.OpenClinicAsync();
        path = path.Replace("{unknown}", $"{Guid.CreateVersion7()}", StringComparison.Ordinal);

        await clinic.RefusesAsync(
            clinic.Clinician, method, path, body is null ? null : Api.Raw(body), 404, "not_found");
    }

    [Theory]
    [InlineData("has space")]
    [InlineData("tab\there")]
    [InlineData("129")]
    [InlineData("twice")]
    public async Task Bad_idempotency_key_is_refused(string kind)
    {
        var clinic = await service.OpenClinicAsync();
        var member = await clinic.EnrolAsync();
        (string, string)[] headers = kind switch
        {
            "129" => [("Idempotency-Key", new string('k', 129))],
            "twice" => [("Idempotency-Key", "a"), ("Idempotency-Key", "b")],
            _ => [("Idempotency-Key", kind)],
        };

        await clinic.LeavesNothingBehindAsync(async () => (await clinic.Clinician.PostAsync(
            Clinic.CheckIns, Sample.CheckIn(member), headers)).Names("Idempotency-Key"));
    }
}

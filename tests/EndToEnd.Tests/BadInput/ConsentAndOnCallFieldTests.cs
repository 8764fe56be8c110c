using RecoveryOS.EndToEnd.Tests.Service;

namespace RecoveryOS.EndToEnd.Tests.BadInput;

public sealed class ConsentAndOnCallFieldTests(ServiceFixture service)
{
    [Theory]
    [InlineData("member_id", "\"x\"")]
    [InlineData("grantee_type", "\"clinicians\"")]
    [InlineData("grantee_type", "null")]
    [InlineData("scopes", "[]")]
    [InlineData("scopes", "null")]
    [InlineData("scopes", "\"view_risk\"")]
    [InlineData("scopes", "[\"view_everything\"]")]
    [InlineData("scopes", "[\"view_risk\",\"view_risk\"]")]
    [InlineData("scopes", "[\"view_risk\",7]")]
    [InlineData("terms_version", "\"\"")]
    [InlineData("terms_version", "\"123456789012345678901234567890123\"")]
    [InlineData("terms_version", "2026")]
    [InlineData("status", "\"expired\"")]
    [InlineData("status", "null")]
    [InlineData("revoked_at", "null")]
    public async Task Wrong_value_of_a_consent_is_refused_by_its_field(string field, string value)
    {
        var clinic = await service.OpenClinicAsync();
        var body = Sample.Consent(await clinic.EnrolAsync(), "view_risk").WithRaw(field, value);

        await clinic.LeavesNothingBehindAsync(async () =>
            (await clinic.Clinician.SendAsync(HttpMethod.Post, Clinic.Consents, Api.Raw(body), [])).Names(field));
    }

    [Theory]
    [InlineData("""{}""", "body")]
    [InlineData("""{"status":"gone"}""", "status")]
    [InlineData("""{"scopes":[]}""", "scopes")]
    [InlineData("""{"terms_version":""}""", "terms_version")]
    [InlineData("""{"grantee_type":"family"}""", "grantee_type")]
    [InlineData("""{"member_id":"01a207f2-3dd3-72d1-a29b-a974ccdc99e3"}""", "member_id")]
    public async Task Wrong_change_of_a_consent_is_refused_by_its_field(string body, string field)
    {
        var clinic = await service.OpenClinicAsync();
        var consent = await clinic.ConsentAsync(await clinic.EnrolAsync(), "view_risk");

        await clinic.LeavesNothingBehindAsync(async () => (await clinic.Clinician.SendAsync(
            HttpMethod.Patch, $"/v1/consents/{consent}", Api.Raw(body), [])).Names(field));
    }

    [Theory]
    [InlineData("""[]""", "body")]
    [InlineData("""{}""", "body")]
    [InlineData("""null""", "body")]
    [InlineData("""{"contacts":[]}""", "body")]
    [InlineData("""[7]""", "[0]")]
    [InlineData("""[{"name":"A","phone":"+15555550101","email":"a@example.org"}]""", "[0].email")]
    [InlineData("""[{"phone":"+15555550101"}]""", "[0].name")]
    [InlineData("""[{"name":"","phone":"+15555550101"}]""", "[0].name")]
    [InlineData("""[{"name":"A\u0000","phone":"+15555550101"}]""", "[0].name")]
    [InlineData("""[{"name":"A","phone":"+15555550101"},{"name":"B"}]""", "[1].phone")]
    [InlineData("""[{"name":"A","phone":"911"}]""", "[0].phone")]
    public async Task Wrong_contacts_are_refused_by_their_field(string body, string field)
    {
        var clinic = await service.OpenClinicAsync();
        (await clinic.Clinician.PutAsync(Clinic.OnCall, Sample.OnCall("+15555550101"))).Is(200);

        await clinic.LeavesNothingBehindAsync(async () =>
            (await clinic.Clinician.SendAsync(HttpMethod.Put, Clinic.OnCall, Api.Raw(body), [])).Names(field));
    }

    [Fact]
    public async Task More_than_ten_contacts_are_refused()
    {
        var clinic = await service.OpenClinicAsync();
        var body = Sample.OnCall([.. Enumerable.Repeat("+15555550101", 11)]);

        await clinic.LeavesNothingBehindAsync(async () =>
            (await clinic.Clinician.PutAsync(Clinic.OnCall, body)).Names("body"));
    }
}

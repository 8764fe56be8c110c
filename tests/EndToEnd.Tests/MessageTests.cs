using System.Text.Json;
using System.Text.Json.Nodes;
using RecoveryOS.EndToEnd.Tests.BadInput;
using RecoveryOS.EndToEnd.Tests.Service;

namespace RecoveryOS.EndToEnd.Tests;

public sealed class MessageTests(ServiceFixture service)
{
    [Fact]
    public async Task A_message_is_queued_and_can_be_followed()
    {
        var clinic = await service.OpenClinicAsync();
        var member = await clinic.EnrolAsync();

        var sent = (await clinic.Clinician.PostAsync(Clinic.Messages, Sample.Message(member))).Is(202);

        Assert.Equal($"/v1/messages/{sent.Id}", sent.Header("Location"));
        Assert.True(sent.Json.IsOf(member));
        Assert.Equal(
            [
                "id", "member_id", "template", "class", "state", "due_at", "expires_at", "created_at", "updated_at",
                "provider", "error_code", "history",
            ],
            sent.Json.EnumerateObject().Select(field => field.Name));
        Assert.Equal(
            ["please_call", "message", "queued"],
            new[] { "template", "class", "state" }.Select(name => sent[name].GetString()));
        Assert.Equal(["queued"], sent["history"].EnumerateArray().Select("kind"));
        var found = (await clinic.Clinician.GetAsync($"/v1/messages/{sent.Id}")).Is(200);
        Assert.Equal(sent["created_at"].GetString(), found["created_at"].GetString());
        Assert.Equal("queued", found["history"][0].GetProperty("kind").GetString());
    }

    [Fact]
    public async Task Neither_the_words_nor_the_number_are_answered_or_stored_in_the_open()
    {
        var clinic = await service.OpenClinicAsync();
        var member = await clinic.EnrolAsync();

        var sent = (await clinic.Clinician.PostAsync(Clinic.Messages, Sample.Appointment(member))).Is(202);
        var found = (await clinic.Clinician.GetAsync($"/v1/messages/{sent.Id}")).Is(200);

        var stored = await clinic.QueryAsync<string>("SELECT outbox::text FROM outbox WHERE account_id = $1");
        Assert.All([sent.Text, found.Text, Assert.Single(stored)], text =>
        {
            Assert.DoesNotContain("5555550123", text, StringComparison.Ordinal);
            Assert.DoesNotContain("we expect you", text, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task A_message_about_an_hour_expires_with_that_hour_where_the_member_lives()
    {
        var clinic = await service.OpenClinicAsync();
        var body = Sample.Appointment(await clinic.EnrolAsync());
        var day = body["variables"]?["date"]?.GetValue<string>() ?? "";

        var sent = (await clinic.Clinician.PostAsync(Clinic.Messages, body)).Is(202);

        var local = DateTime.Parse($"{day}T13:30:00", System.Globalization.CultureInfo.InvariantCulture);
        var moment = TimeZoneInfo.ConvertTimeToUtc(local, TimeZoneInfo.FindSystemTimeZoneById("America/Toronto"));
        Assert.Equal(moment, sent["expires_at"].GetDateTime().ToUniversalTime());
    }

    [Fact]
    public async Task The_same_key_and_body_are_the_same_message()
    {
        var clinic = await service.OpenClinicAsync();
        var other = await service.OpenClinicAsync();
        var body = Sample.Appointment(await clinic.EnrolAsync());
        var key = ("Idempotency-Key", "evening-1");

        var first = (await clinic.Clinician.PostAsync(Clinic.Messages, body, key)).Is(202);
        var again = (await clinic.Clinician.PostAsync(Clinic.Messages, body, key)).Is(200);
        (await clinic.Clinician.PostAsync(
            Clinic.Messages, body.DeepClone().AsObject().With("template", "appointment_moved"), key))
            .Is(409, "idempotency_conflict");
        (await other.Clinician.PostAsync(Clinic.Messages, Sample.Message(await other.EnrolAsync()), key)).Is(202);

        Assert.Equal("true", again.Header("Idempotent-Replayed"));
        Assert.Equal(first.Id, again.Id);
        Assert.Single(await clinic.QueryAsync<Guid>("SELECT id FROM outbox WHERE account_id = $1"));
    }

    [Fact]
    public async Task Many_copies_of_one_key_at_once_are_one_message()
    {
        var clinic = await service.OpenClinicAsync();
        var body = Sample.Message(await clinic.EnrolAsync());

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ =>
            clinic.Clinician.PostAsync(Clinic.Messages, body.DeepClone(), ("Idempotency-Key", "one"))));

        Assert.Single(answers, answer => answer.Status == 202);
        Assert.Single(answers.Select(answer => answer.Id).Distinct());
        Assert.Single(await clinic.QueryAsync<Guid>("SELECT id FROM outbox WHERE account_id = $1"));
    }

    [Fact]
    public async Task Nobody_writes_to_a_member_who_has_left_care()
    {
        var clinic = await service.OpenClinicAsync();
        var member = await clinic.EnrolAsync();
        (await clinic.Clinician.SendAsync(
            HttpMethod.Patch, $"/v1/members/{member}", Api.Raw("""{"state":"discharged"}"""), [])).Is(200);

        await clinic.RefusesAsync(
            clinic.Clinician, "POST", Clinic.Messages, Api.Raw(Sample.Message(member).ToJsonString()), 409, "conflict");
    }

    [Theory]
    [InlineData("member_id", "\"x\"", "member_id")]
    [InlineData("template", "null", "template")]
    [InlineData("template", "\"risk_alert\"", "template")]
    [InlineData("template", "\"reply_crisis\"", "template")]
    [InlineData("body", "\"any words\"", "body")]
    [InlineData("variables", "null", "variables")]
    [InlineData("variables", "[]", "variables")]
    [InlineData("variables", """{"date":"2026-02-30","time":"13:30"}""", "variables.date")]
    [InlineData("variables", """{"date":"1999-12-31","time":"13:30"}""", "variables.date")]
    [InlineData("variables", """{"time":"13:30"}""", "variables.date")]
    public async Task A_wrong_value_is_refused_by_its_field(string field, string value, string name)
    {
        var clinic = await service.OpenClinicAsync();
        var body = Sample.Appointment(await clinic.EnrolAsync()).WithRaw(field, value);

        await clinic.LeavesNothingBehindAsync(async () =>
            (await clinic.Clinician.SendAsync(HttpMethod.Post, Clinic.Messages, Api.Raw(body), [])).Names(name));
    }

    [Theory]
    [InlineData("time", "24:00")]
    [InlineData("time", "1:30 PM")]
    [InlineData("name", "Mary")]
    public async Task A_wrong_variable_is_refused_by_its_field(string name, string value)
    {
        var clinic = await service.OpenClinicAsync();
        var body = Sample.Appointment(await clinic.EnrolAsync());
        body["variables"]?.AsObject().With(name, value);

        (await clinic.Clinician.PostAsync(Clinic.Messages, body)).Names($"variables.{name}");
    }

    [Fact]
    public async Task Values_that_no_template_asked_for_are_refused()
    {
        var clinic = await service.OpenClinicAsync();
        var body = Sample.Message(await clinic.EnrolAsync())
            .With("variables", new JsonObject { ["date"] = "2026-12-01" });

        (await clinic.Clinician.PostAsync(Clinic.Messages, body)).Names("variables.date");
    }

    [Fact]
    public async Task An_answer_to_a_text_that_came_in_is_no_message()
    {
        var clinic = await service.OpenClinicAsync();
        var sent = (await clinic.Clinician.PostAsync(Clinic.Messages, Sample.Message(await clinic.EnrolAsync())))
            .Is(202);
        await clinic.QueryAsync<Guid>(
            "UPDATE outbox SET class = 'reply', template = 'reply_crisis' WHERE account_id = $1 RETURNING id");

        (await clinic.Clinician.GetAsync($"/v1/messages/{sent.Id}")).Is(404, "not_found");
        Assert.Equal(JsonValueKind.Null, sent["provider"].ValueKind);
    }
}

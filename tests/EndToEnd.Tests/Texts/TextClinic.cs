using RecoveryOS.EndToEnd.Tests.Service;

namespace RecoveryOS.EndToEnd.Tests.Texts;

/// <summary>A clinic whose members write texts.</summary>
internal sealed class TextClinic(Clinic clinic)
{
    public Clinic Clinic => clinic;

    public TwilioSender Sender { get; } = new(clinic.Deployment);

    public static async Task<TextClinic> OpenAsync(ServiceFixture fixture)
    {
        ServiceFixture.SkipOnForeignDeployment();
        return new(await fixture.OpenClinicAsync());
    }

    public async Task<TextMember> EnrolAsync(string country = "CA", string language = "en", string? number = null)
    {
        number ??= TwilioSender.NewNumber();
        var member = Sample.Member(country, language).With("phone", number);
        return new(this, (await clinic.Clinician.PostAsync(Clinic.Members, member)).Is(201).Id, number);
    }

    /// <summary>How many rows of the table are of this clinic.</summary>
    public async Task<long> CountAsync(string table) =>
        Assert.Single(await clinic.QueryAsync<long>($"SELECT count(*) FROM {table} WHERE account_id = $1"));
}

internal sealed record TextMember(TextClinic Place, Guid Id, string Number)
{
    /// <summary>Sends a text, for the reply to it.</summary>
    public async Task<string?> SayAsync(string body) => (await Place.Sender.TextAsync(Number, body)).Reply();
}

using RecoveryOS.Core.Messaging.Signatures;

namespace RecoveryOS.Core.Tests.Messaging.Signatures;

public sealed class OwnershipTests
{
    private const string Service = "MG00112233445566778899aabbccddeeff";

    [Theory]
    [InlineData("AccountSid=ours&To=+1", null)]
    [InlineData("AccountSid=ours&To=+2", Refusal.NotOurNumber)]
    [InlineData("AccountSid=ours", Refusal.NotOurNumber)]
    [InlineData("AccountSid=ours&To=+1&To=+1", Refusal.NotOurNumber)]
    [InlineData("AccountSid=ours&To=+2&From=+1", Refusal.NotOurNumber)]
    [InlineData("AccountSid=ours&To=+2&MessagingServiceSid=" + Service, null)]
    [InlineData("AccountSid=ours&To=+1&MessagingServiceSid=another", null)]
    [InlineData("AccountSid=ours&To=+2&MessagingServiceSid=another", Refusal.NotOurNumber)]
    [InlineData("AccountSid=ours&MessageStatus=sent&From=+1&To=+2", null)]
    [InlineData("AccountSid=ours&MessageStatus=sent&From=+2&To=+1", Refusal.NotOurNumber)]
    [InlineData("AccountSid=ours&SmsStatus=sent&From=+1&To=+2", null)]
    [InlineData("AccountSid=ours&SmsStatus=sent&From=+2&To=+1", Refusal.NotOurNumber)]
    [InlineData("AccountSid=ours&SmsStatus=received&Body=x&From=+2&To=+1", null)]
    [InlineData("AccountSid=ours&MessageStatus=accepted&To=+2&MessagingServiceSid=" + Service, null)]
    [InlineData("AccountSid=another&To=+1", Refusal.NotOurAccount)]
    [InlineData("AccountSid=&To=+1", Refusal.NotOurAccount)]
    [InlineData("accountsid=ours&To=+1", Refusal.NotOurAccount)]
    [InlineData("AccountSid=ours&AccountSid=another&To=+1", Refusal.NotOurAccount)]
    public void Account_and_number_must_be_ours(string fields, Refusal? refusal)
    {
        Assert.Equal(refusal, new Ownership("ours", Service, ["+1", "+3"]).Check(Fields(fields)));
    }

    [Theory]
    [InlineData("AccountSid=ours&To=+2", null)]
    [InlineData("AccountSid=another&To=+2", Refusal.NotOurAccount)]
    public void Account_decides_where_no_number_is_configured(string fields, Refusal? refusal)
    {
        Assert.Equal(refusal, new Ownership("ours", null, []).Check(Fields(fields)));
    }

    [Theory]
    [InlineData("AccountSid=ours&To=+2&MessagingServiceSid=" + Service, null)]
    [InlineData("AccountSid=ours&To=+2", Refusal.NotOurNumber)]
    [InlineData("AccountSid=ours&To=+2&MessagingServiceSid=", Refusal.NotOurNumber)]
    public void Service_decides_where_no_number_is_configured(string fields, Refusal? refusal)
    {
        Assert.Equal(refusal, new Ownership("ours", Service, []).Check(Fields(fields)));
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public void Blank_service_is_nobody_s(string? service)
    {
        var fields = Fields("AccountSid=ours&To=+2&MessagingServiceSid=");

        Assert.Equal(Refusal.NotOurNumber, new Ownership("ours", service, ["+1"]).Check(fields));
    }

    private static FormFields Fields(string pairs) =>
        new([.. pairs.Split('&').Select(pair => pair.Split('=')).Select(pair => new FormField(pair[0], pair[1]))]);
}

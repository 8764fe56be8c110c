namespace Twilio.Types;

/// <summary>A number in E.164 form, or an address of another channel.</summary>
public class PhoneNumber(string number) : IEndpoint
{
    private readonly string _number = number;

    public static implicit operator PhoneNumber(string number) => new(number);

    public override string ToString() => _number;
}

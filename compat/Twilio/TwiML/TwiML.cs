using System.Text;
using System.Xml.Linq;

namespace Twilio.TwiML;

/// <summary>An element of Twilio's markup.</summary>
public class TwiML
{
    private readonly string _tagName;
    private readonly List<TwiML> _children = [];

    protected TwiML(string tagName) => _tagName = tagName;

    public virtual TwiML Append(TwiML childElem)
    {
        _children.Add(childElem);
        return this;
    }

    public XDocument ToXDocument() => new(new XDeclaration("1.0", "utf-8", null), Element());

    public string ToString(SaveOptions formattingOptions = SaveOptions.None)
    {
        using var writer = new Utf8Writer();
        ToXDocument().Save(writer, formattingOptions);
        return writer.ToString();
    }

    protected virtual string GetElementBody() => "";

    protected virtual List<XAttribute> GetElementAttributes() => [];

    private XElement Element() => new(
        _tagName, GetElementBody(), GetElementAttributes(), _children.Select(child => child.Element()));

    /// <summary>The declaration names its writer's encoding.</summary>
    private sealed class Utf8Writer() : StringWriter(System.Globalization.CultureInfo.InvariantCulture)
    {
        public override Encoding Encoding => Encoding.UTF8;
    }
}

using System.Globalization;
using System.Text;
using System.Xml;
using TempoCos.Contracts;
using TempoCos.Pipeline.Runs;

namespace TempoCos.Pipeline.Receipts;

/// <summary>The ladder as JUnit XML: one test case a rung of each climb, and one for what is left behind.</summary>
internal static class JUnit
{
    public static string From(RunRecord run)
    {
        var failures = run.Rungs.Count(rung => rung.Verdict == Verdict.Failed) + (run.Leftovers.Count > 0 ? 1 : 0);
        var skipped = run.Rungs.Count(rung => rung.Verdict == Verdict.NotShown);
        var errors = run.Error is null && !run.Interrupted ? 0 : 1;
        var text = new StringBuilder();
        using (var xml = XmlWriter.Create(text, new XmlWriterSettings { Indent = true, OmitXmlDeclaration = true }))
        {
            xml.WriteStartElement("testsuite");
            xml.WriteAttributeString("name", "tempocos");
            xml.WriteAttributeString("id", run.RunId);
            xml.WriteAttributeString("timestamp", run.Started.UtcDateTime.ToString("s", CultureInfo.InvariantCulture));
            xml.WriteAttributeString("time", Seconds(((run.Finished ?? run.Started) - run.Started).TotalSeconds));
            xml.WriteAttributeString("tests", Number(run.Rungs.Count + errors + 1));
            xml.WriteAttributeString("failures", Number(failures));
            xml.WriteAttributeString("errors", Number(errors));
            xml.WriteAttributeString("skipped", Number(skipped));
            foreach (var rung in run.Rungs)
            {
                Case(xml, rung.Climb.Length > 0 ? $"ladder.{rung.Climb}" : "ladder", $"{rung.Rung} {rung.Name}", rung.Duration?.ToTimeSpan().TotalSeconds ?? 0);
                if (rung.Verdict != Verdict.Proven)
                {
                    xml.WriteStartElement(rung.Verdict == Verdict.Failed ? "failure" : "skipped");
                    xml.WriteAttributeString("message", rung.Reason);
                    xml.WriteEndElement();
                }

                xml.WriteEndElement();
            }

            if (errors > 0)
            {
                Case(xml, "run", "environment", 0);
                xml.WriteStartElement("error");
                xml.WriteAttributeString("message", run.Error?.Message ?? "interrupted");
                xml.WriteEndElement();
                xml.WriteEndElement();
            }

            Case(xml, "run", "nothing left behind", 0);
            if (run.Leftovers.Count > 0)
            {
                xml.WriteStartElement("failure");
                xml.WriteAttributeString("message", string.Join("; ", run.Leftovers.Select(leftover => $"{leftover.Kind} {leftover.Id}: {leftover.Reason}")));
                xml.WriteEndElement();
            }
            else if (run.Request.Keep && !run.Interrupted)
            {
                xml.WriteStartElement("skipped");
                xml.WriteAttributeString("message", "kept on request");
                xml.WriteEndElement();
            }

            xml.WriteEndElement();
            xml.WriteEndElement();
        }

        return text.Append('\n').ToString();
    }

    private static void Case(XmlWriter xml, string className, string name, double seconds)
    {
        xml.WriteStartElement("testcase");
        xml.WriteAttributeString("classname", $"tempocos.{className}");
        xml.WriteAttributeString("name", name);
        xml.WriteAttributeString("time", Seconds(seconds));
    }

    private static string Seconds(double seconds) => seconds.ToString("0.000", CultureInfo.InvariantCulture);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}

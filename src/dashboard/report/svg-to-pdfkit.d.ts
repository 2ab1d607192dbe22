declare module 'svg-to-pdfkit' {
  import type PDFKit from 'pdfkit'

  /** Draws `svg` with its top left at `x`, `y`. */
  export default function SVGtoPDF(
    document: PDFKit.PDFDocument,
    svg: string,
    x: number,
    y: number,
    options?: { width?: number; height?: number; assumePt?: boolean; fontCallback?: () => string },
  ): void
}
